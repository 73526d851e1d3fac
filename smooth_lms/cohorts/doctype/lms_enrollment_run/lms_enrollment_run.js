frappe.ui.form.on("LMS Enrollment Run", {
	async refresh(frm) {
		frm.disable_save();
		frm.smooth_progress?.stop();
		await frappe.require("/assets/smooth_lms/js/desk/enrollment_run.js");
		const was_at_work = ["Queued", "Running"].includes(frm.doc.status);
		const parent = frm.dashboard.add_section("<div></div>", __("Progress"));
		frm.smooth_progress = new window.smooth_lms.RunProgress(parent, frm.doc.name, {
			link: false,
			on_end: () => was_at_work && frm.reload_doc(),
		});
		frm.dashboard.show();
		if (frm.doc.batch) {
			frm.add_custom_button(__("Cohort"), () => frappe.set_route("Form", "LMS Batch", frm.doc.batch));
			frm.add_custom_button(__("Enrollments"), () =>
				frappe.set_route("List", "LMS Batch Enrollment", { batch: frm.doc.batch }),
			);
		}
	},
});
