// Frappe's importer stops as a whole when one person or cohort in the file is unknown; ours does not.

frappe.ui.form.on("Data Import", {
	refresh(frm) {
		const ours =
			frm.doc.reference_doctype === "LMS Batch Enrollment" &&
			frm.doc.import_type === "Insert New Records" &&
			frm.doc.import_file &&
			!frm.is_new() &&
			frm.doc.status !== "Success";
		if (!ours) {
			return;
		}
		frm.add_custom_button(__("Import good rows, return the rest"), () =>
			smooth_lms.act(async () => {
				await frappe.require([
					"/assets/smooth_lms/js/desk/enrollment_run.js",
					"/assets/smooth_lms/js/desk/import_enrollments.js",
				]);
				await window.smooth_lms.import_file({
					file_url: frm.doc.import_file,
					mute_emails: frm.doc.mute_emails,
				});
			}),
		);
	},
});
