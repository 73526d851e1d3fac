frappe.listview_settings["LMS Quiz Submission"] = {
	add_fields: ["status", "passed"],
	hide_name_column: true,
	get_indicator(doc) {
		if (doc.status !== "Submitted") return [__(doc.status), "blue", `status,=,${doc.status}`];
		return doc.passed
			? [__("Passed"), "green", "passed,=,1"]
			: [__("Not passed"), "red", "status,=,Submitted|passed,=,0"];
	},
};
