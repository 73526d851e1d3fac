frappe.ui.form.on("Employee Compliance", {
	refresh(frm) {
		window.smooth_lms.show_upload_limits(frm);
		// what the fields ask for is of no use where a proof has filled them in
		if (frm.doc.certificate || frm.doc.quiz_submission) {
			for (const field of ["valid_until", "evidence"]) frm.set_df_property(field, "description", "");
		}
		if (frm.is_new() || frm.doc.verified_on || !frm.perm[0]?.write) return;
		frm.add_custom_button(__("Verify"), () =>
			smooth_lms.act(async () => {
				await smooth_lms.call("certificates.verify_compliance", {
					records_to_verify: [frm.doc.name],
				});
				frm.reload_doc();
			}),
		);
	},
});
