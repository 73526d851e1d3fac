frappe.listview_settings["LMS Question"] = { hide_name_column: true };
