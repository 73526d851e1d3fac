frappe.listview_settings["LMS Training Review"] = {
	add_fields: ["state", "kind"],
	hide_name_column: true,
	get_indicator: (doc) => [
		__(doc.state),
		{ Open: "orange", "Due date set": "green", Settled: "green", "Left out": "gray" }[doc.state],
		`state,=,${doc.state}`,
	],
	async onload(listview) {
		await frappe.require("/assets/smooth_lms/js/desk/training_decisions.js");
		smooth_lms.offer_decisions(listview, smooth_lms.review_decisions);
	},
};
