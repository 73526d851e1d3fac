frappe.listview_settings["LMS Quiz"] = { hide_name_column: true };
