frappe.ui.form.on("LMS Certificate Run", {
	async refresh(frm) {
		frm.disable_save();
		await frappe.require("/assets/smooth_lms/js/desk/run_form.js");
		const { processed, total } = frm.doc;
		window.smooth_lms.show_run(frm, {
			abort: "certificates.abort_run",
			resume: "certificates.continue_run",
			args: { run: frm.doc.name },
			percent: (100 * (processed || 0)) / (total || 1),
			text: __("{0} of {1}", [processed || 0, total]),
		});
	},
});
