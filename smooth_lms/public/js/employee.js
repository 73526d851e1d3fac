/* Employee form: open the LMS, ask why somebody has access, and say what leaving means before it is saved. */

/** Leads to the person's training, or says why there is none to see. */
async function open_learning(training) {
	const { learner, path } = (await training) || {};
	if (!path) {
		smooth_lms.refuse(
			learner
				? __("Their manager, moderators and HR see this person's training.")
				: __("This employee does not learn here yet. Why? tells the reason."),
		);
	}
	window.open(path, "_blank", "noopener");
}

/** Shows on the form how many courses are assigned, overdue and completed. */
function show_training(frm, employee, training) {
	if (!training?.learner || frm.doc.name !== employee) {
		return;
	}
	const { open, overdue, done } = training;
	const courses = (number, one, many) => smooth_lms.plural(number, one, many, [number]);
	frm.dashboard.add_indicator(
		courses(open, __("1 course to do"), __("{0} courses to do")),
		open ? "blue" : "gray",
	);
	frm.dashboard.add_indicator(
		courses(overdue, __("1 course overdue"), __("{0} courses overdue")),
		overdue ? "red" : "gray",
	);
	frm.dashboard.add_indicator(
		courses(done, __("1 course completed"), __("{0} courses completed")),
		done ? "green" : "gray",
	);
}

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
		const employee = frm.doc.name;
		const training = smooth_lms.call_quietly("learners.get_employee_training", { employee });
		frm.add_custom_button(__("Access Learning"), () => smooth_lms.act(() => open_learning(training)));
		training.then((found) => show_training(frm, employee, found));
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
