frappe.ui.form.on("LMS SCORM Package", {
	refresh: (frm) => window.smooth_lms.show_upload_limits(frm),
});
