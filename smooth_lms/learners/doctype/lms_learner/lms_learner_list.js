frappe.listview_settings["LMS Learner"] = {
	add_fields: ["status"],

	get_indicator(doc) {
		const colors = { Active: "green", Pending: "orange", Archived: "gray" };
		return [__(doc.status), colors[doc.status], `status,=,${doc.status}`];
	},

	onload(listview) {
		listview.page.add_inner_button(__("Without approver"), () => {
			listview.filter_area.clear().then(() =>
				listview.filter_area.add([
					["LMS Learner", "approver", "is", "not set"],
					["LMS Learner", "status", "!=", "Archived"],
				]),
			);
		});
		listview.page.add_actions_menu_item(__("Send invitation"), () => {
			const learners = listview.get_checked_items(true);
			frappe.confirm(
				__("Send the welcome mail to {0} people? With it they choose their password.", [
					learners.length,
				]),
				async () => {
					const { sent } = await frappe.xcall("smooth_lms.api.learners.invite", { learners });
					frappe.show_alert({
						message: __("{0} invitations are sent.", [sent]),
						indicator: "green",
					});
					listview.refresh();
				},
			);
		});
	},
};
