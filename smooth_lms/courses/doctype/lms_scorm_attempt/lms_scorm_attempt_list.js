frappe.listview_settings["LMS SCORM Attempt"] = { hide_name_column: true };
