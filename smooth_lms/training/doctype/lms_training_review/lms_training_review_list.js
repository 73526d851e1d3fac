frappe.listview_settings["LMS Training Review"] = {
	add_fields: ["state", "kind"],
	get_indicator: (doc) => [
		__(doc.state),
		{ Open: "orange", "Due date set": "green", Settled: "green", "Left out": "gray" }[doc.state],
		`state,=,${doc.state}`,
	],
	onload(listview) {
		const due = { fieldname: "due_date", fieldtype: "Date", label: __("New due date"), reqd: 1 };
		const reason = { fieldname: "reason", fieldtype: "Small Text", label: __("Reason") };
		const item = (label, fields) =>
			listview.page.add_actions_menu_item(label, () => {
				const reviews = listview.get_checked_items(true);
				frappe.prompt(
					fields,
					async (args) => {
						const answer = await frappe.call({
							method: "smooth_lms.api.training.decide_reviews",
							args: { reviews, ...args },
							freeze: true,
						});
						listview.refresh();
						frappe.show_alert(__("{0} answered", [answer.message.changed]));
					},
					`${label} (${reviews.length})`,
					label,
				);
			});
		item(__("Assign with a due date"), [due, reason]);
		item(__("Leave out this time"), [{ ...reason, reqd: 1 }]);
	},
};
