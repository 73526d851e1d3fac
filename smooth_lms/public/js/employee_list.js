/* Employee list: give many people a learning profile, or clear it. */

(() => {
	const before = frappe.listview_settings["Employee"] || {};
	const onload = before.onload;

	frappe.listview_settings["Employee"] = {
		...before,
		onload(listview) {
			onload?.call(this, listview);
			listview.page.add_actions_menu_item(__("Learning profile"), () => ask(listview));
		},
	};

	function ask(listview) {
		const employees = listview.get_checked_items(true);
		const dialog = new frappe.ui.Dialog({
			title: __("Learning profile of {0} people", [employees.length]),
			fields: [
				{
					fieldname: "clear",
					fieldtype: "Check",
					label: __("Clear the profile"),
					description: __("Where only people with a profile get access, this ends it."),
				},
				{
					fieldname: "profile",
					fieldtype: "Link",
					options: "LMS Learning Profile",
					label: __("Profile"),
					depends_on: "eval:!doc.clear",
				},
			],
			primary_action_label: __("Change {0} people", [employees.length]),
			async primary_action(values) {
				// a field that is wanted only sometimes stays wanted on older desks, hidden or not
				if (!values.clear && !values.profile) {
					frappe.throw(__("Choose a profile, or tick {0}.", [__("Clear the profile")]));
				}
				dialog.hide();
				const { changed } = await frappe.xcall("smooth_lms.api.learners.set_learning_profile", {
					employees,
					profile: values.clear ? null : values.profile,
				});
				frappe.show_alert({ message: __("{0} records are changed.", [changed]), indicator: "green" });
				listview.clear_checked_items();
				listview.refresh();
			},
		});
		dialog.show();
	}
})();
