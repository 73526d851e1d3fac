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
		smooth_lms.ask({
			title: smooth_lms.plural(
				employees.length,
				__("Learning profile of 1 person"),
				__("Learning profile of {0} people"),
				[employees.length],
			),
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
			label: smooth_lms.plural(employees.length, __("Change 1 person"), __("Change {0} people"), [
				employees.length,
			]),
			async action(values) {
				// a field that is wanted only sometimes stays wanted on older desks, hidden or not
				if (!values.clear && !values.profile) {
					smooth_lms.refuse(__("Choose a profile, or tick {0}.", [__("Clear the profile")]));
				}
				const { changed } = await smooth_lms.call("learners.set_learning_profile", {
					employees,
					profile: values.clear ? null : values.profile,
				});
				smooth_lms.say(
					smooth_lms.plural(changed, __("1 record is changed."), __("{0} records are changed."), [
						changed,
					]),
				);
				listview.clear_checked_items();
				listview.refresh();
			},
		});
	}
})();
