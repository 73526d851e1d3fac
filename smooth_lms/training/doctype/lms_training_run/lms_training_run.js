frappe.ui.form.on("LMS Training Run", {
	async refresh(frm) {
		frm.disable_save();
		await frappe.require("/assets/smooth_lms/js/desk/run_form.js");
		const { processed, candidates } = await frappe.xcall("smooth_lms.api.training.get_run", {
			run: frm.doc.name,
		});
		window.smooth_lms.show_run(frm, {
			abort: "training.abort_run",
			resume: "training.resume_run",
			args: { run: frm.doc.name },
			percent: (100 * processed) / (candidates || 1),
			text: __("{0} of {1}", [processed, candidates || 0]),
		});
	},
});
