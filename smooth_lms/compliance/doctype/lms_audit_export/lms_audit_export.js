frappe.ui.form.on("LMS Audit Export", {
	onload(frm) {
		window.smooth_lms.begin_empty(frm, "company");
	},

	async refresh(frm) {
		if (frm.is_new()) return;
		frm.disable_save();
		await frappe.require("/assets/smooth_lms/js/desk/run_form.js");
		const asked_for_it = frm.doc.requested_by === frappe.session.user;
		window.smooth_lms.show_run(frm, {
			abort: "retention.abort_export",
			resume: "retention.continue_export",
			args: { export: frm.doc.name },
			percent: frm.doc.progress || 0,
			text: __("{0} rows", [frm.doc.rows || 0]),
			steers: asked_for_it || frappe.user.has_role("System Manager"),
		});
	},
});
