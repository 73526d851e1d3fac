frappe.listview_settings["Course Lesson"] = { hide_name_column: true };
