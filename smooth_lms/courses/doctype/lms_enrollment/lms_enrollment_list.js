const COLOURS = { "Not Started": "gray", "In Progress": "blue", Completed: "green" };

frappe.listview_settings["LMS Enrollment"] = {
	add_fields: ["status", "withdrawn_on"],
	hide_name_column: true,
	get_indicator(doc) {
		if (doc.withdrawn_on && doc.status !== "Completed") {
			return [__("Access ended"), "orange", "withdrawn_on,is,set"];
		}
		return [__(doc.status), COLOURS[doc.status], `status,=,${doc.status}`];
	},
};
