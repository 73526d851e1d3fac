frappe.listview_settings["LMS SCORM Package"] = { hide_name_column: true };
