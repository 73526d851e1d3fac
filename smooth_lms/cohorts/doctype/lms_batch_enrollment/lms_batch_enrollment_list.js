frappe.listview_settings["LMS Batch Enrollment"] = {
	hide_name_column: true,
	add_fields: ["status", "waitlist_position", "confirmation_email_error"],

	get_indicator(doc) {
		const colors = { Enrolled: "green", Waitlisted: "orange", Completed: "blue", Withdrawn: "gray" };
		return [__(doc.status), colors[doc.status], `status,=,${doc.status}`];
	},

	onload(list) {
		if (!frappe.user.has_role(["Moderator", "System Manager", "HR Manager", "HR User"])) {
			return;
		}
		list.page.add_actions_menu_item(
			__("Send confirmation again"),
			() => send_confirmation_again(list),
			false,
		);
		list.page.add_inner_button(__("Import from file"), async () => {
			await frappe.require([
				"/assets/smooth_lms/js/desk/enrollment_run.js",
				"/assets/smooth_lms/js/desk/import_enrollments.js",
			]);
			window.smooth_lms.import_enrollments({ on_end: () => list.refresh() });
		});
	},
};

function send_confirmation_again(list) {
	const names = list.get_checked_items(true);
	const question = smooth_lms.plural(
		names.length,
		__("Send the confirmation email to 1 person again?"),
		__("Send the confirmation email to {0} people again?"),
		[names.length],
	);
	smooth_lms.confirm(question, async () => {
		const { queued } = await smooth_lms.call("batches.send_confirmation_again", { names });
		smooth_lms.say(
			smooth_lms.plural(queued, __("1 email is on its way."), __("{0} emails are on their way."), [
				queued,
			]),
			queued ? "green" : "orange",
		);
		list.clear_checked_items();
		list.refresh();
	});
}
