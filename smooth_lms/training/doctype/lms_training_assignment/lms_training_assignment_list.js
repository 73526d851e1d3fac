// Status colours, and decisions about many assignments at once.

const COLOURS = {
	Pending: "blue",
	"In Progress": "orange",
	Completed: "green",
	Overdue: "red",
	Waived: "gray",
	Cancelled: "gray",
};

frappe.listview_settings["LMS Training Assignment"] = {
	add_fields: ["status", "due_date"],
	hide_name_column: true,
	get_indicator: (doc) => [__(doc.status), COLOURS[doc.status], `status,=,${doc.status}`],
	async onload(listview) {
		await frappe.require("/assets/smooth_lms/js/desk/training_decisions.js");
		smooth_lms.offer_decisions(listview, smooth_lms.assignment_decisions);
	},
};
