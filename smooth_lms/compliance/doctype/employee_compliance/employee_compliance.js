frappe.ui.form.on("Employee Compliance", {
	refresh(frm) {
		if (frm.is_new() || frm.doc.verified_on || !frm.perm[0]?.write) return;
		frm.add_custom_button(__("Verify"), () =>
			frappe
				.call("smooth_lms.api.certificates.verify_compliance", { records_to_verify: [frm.doc.name] })
				.then(() => frm.reload_doc()),
		);
	},
});
