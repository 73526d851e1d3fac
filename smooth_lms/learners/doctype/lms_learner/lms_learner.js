frappe.ui.form.on("LMS Learner", {
	async refresh(frm) {
		if (frm.is_new()) {
			return;
		}
		if (frm.doc.employee) {
			await frappe.require("/assets/smooth_lms/js/desk/why.js");
			frm.add_custom_button(__("Why?"), () => window.smooth_lms.show_why(frm.doc.employee));
		}
		const act = (label, method, sentence) =>
			frm.add_custom_button(label, () =>
				frappe.confirm(sentence, async () => {
					await frappe.xcall(`smooth_lms.api.learners.${method}`, { learners: [frm.doc.name] });
					frm.reload_doc();
				}),
			);
		if (frm.doc.status === "Archived") {
			act(__("Bring back"), "restore", __("Give {0} access again?", [frm.doc.full_name]));
		} else {
			act(
				__("Archive"),
				"archive",
				__(
					"End the access of {0}? Seats in cohorts that have not ended are given to others; history stays. The synchronization does not bring an archived learner back unless HR hires them anew.",
					[frm.doc.full_name],
				),
			);
		}
	},
});
