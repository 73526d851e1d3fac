/* Employee form: open the LMS, ask why somebody has access, and say what leaving means before it is saved. */

frappe.ui.form.on("Employee", {
	setup(frm) {
		// what may be given is asked again when the record is saved
		frm.set_query("lms_learning_profile", () => ({
			filters: frappe.user.has_role("System Manager") ? {} : { given_by: ["!=", "System Manager"] },
		}));
	},

	async refresh(frm) {
		if (frm.is_new()) {
			return;
		}
		const own = frm.doc.user_id === frappe.session.user;
		frm.add_custom_button(__("Access Learning"), () =>
			window.open(own ? "/lms" : "/lms/team", "_blank", "noopener"),
		);
		if (frappe.user.has_role(["HR User", "HR Manager", "Moderator", "System Manager"])) {
			await frappe.require("/assets/smooth_lms/js/desk/why.js");
			frm.add_custom_button(
				__("Why?"),
				() => smooth_lms.act(() => smooth_lms.show_why(frm.doc.name)),
				__("Learning"),
			);
		}
	},

	/* Asked when the status is chosen; the answer is kept in the exclusion of the record. */
	async status(frm) {
		if (frm.is_new() || frm.doc.status !== "Left") {
			return;
		}
		const means = await frappe.xcall("smooth_lms.api.learners.leaving_means", { employee: frm.doc.name });
		if (!means.user) {
			return;
		}
		const lines = [
			__("The learner {0} is archived; the training history stays.", [means.user]),
			means.cohorts.length && __("Seats given to others: {0}.", [means.cohorts.join(", ")]),
			means.licences && __("Licences given back: {0}.", [means.licences]),
			means.disables && __("The user account is disabled."),
			__("Access ends on the relieving date."),
		].filter(Boolean);
		const dialog = new frappe.ui.Dialog({
			title: __("Remove access to learning?"),
			fields: [
				{
					fieldtype: "HTML",
					options: `<ul class="pl-4">${lines
						.map((line) => `<li>${frappe.utils.escape_html(line)}</li>`)
						.join("")}</ul>`,
				},
			],
			primary_action_label: __("Remove access"),
			primary_action: () => dialog.hide(),
			secondary_action_label: __("Keep access for now"),
			secondary_action: () => {
				frm.set_value("lms_keep_access", 1);
				dialog.hide();
			},
		});
		frm.set_value("lms_keep_access", 0);
		dialog.show();
	},
});
