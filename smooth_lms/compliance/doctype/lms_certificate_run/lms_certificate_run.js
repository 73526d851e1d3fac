frappe.ui.form.on("LMS Certificate Run", {
	refresh(frm) {
		const { status, processed, total } = frm.doc;
		if (["Queued", "Running"].includes(status)) {
			frm.dashboard.add_progress(
				__("{0} of {1}", [processed || 0, total]),
				(100 * (processed || 0)) / (total || 1),
			);
			setTimeout(() => frm.doc.name === cur_frm?.doc.name && frm.reload_doc(), 3000);
		}
		if (status === "Failed") {
			frm.add_custom_button(__("Continue"), () =>
				frappe
					.call("smooth_lms.api.certificates.continue_run", { run: frm.doc.name })
					.then(() => frm.reload_doc()),
			);
		}
	},
});
