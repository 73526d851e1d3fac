frappe.listview_settings["LMS Training Requirement"] = {
	add_fields: ["active", "frozen"],
	get_indicator(doc) {
		if (doc.frozen) return [__("Frozen"), "red", "frozen,=,1"];
		if (doc.active) return [__("Active"), "green", "active,=,1"];
		return [__("Draft"), "gray", "active,=,0"];
	},
};
