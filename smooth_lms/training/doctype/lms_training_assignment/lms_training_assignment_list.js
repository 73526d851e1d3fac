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
	get_indicator: (doc) => [__(doc.status), COLOURS[doc.status], `status,=,${doc.status}`],
	onload(listview) {
		if (!frappe.user.has_role(["Moderator", "System Manager"])) return;
		const reason = { fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 };
		const until = { fieldname: "until", fieldtype: "Date", label: __("New due date"), reqd: 1 };
		const actions = [
			["extend", __("Extend"), [until, { ...reason, reqd: 0 }]],
			["waive", __("Waive"), [reason]],
			["cancel", __("Cancel assignments"), [reason]],
		];
		for (const [method, label, fields] of actions)
			listview.page.add_actions_menu_item(label, () => decide(listview, method, label, fields));
	},
};

function decide(listview, method, label, fields) {
	const assignments = listview.get_checked_items(true);
	frappe.prompt(
		fields,
		async (values) => {
			const answer = await frappe.call({
				method: `smooth_lms.api.training.${method}`,
				args: { assignments, ...values },
				freeze: true,
			});
			listview.refresh();
			frappe.show_alert({ message: __("{0} changed", [answer.message.changed]), indicator: "green" });
		},
		`${label} (${assignments.length})`,
		label,
	);
}
