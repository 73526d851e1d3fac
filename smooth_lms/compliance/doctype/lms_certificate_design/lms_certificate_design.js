frappe.ui.form.on("LMS Certificate Design", {
	onload(frm) {
		window.smooth_lms.begin_empty(frm, "company");
	},

	refresh(frm) {
		window.smooth_lms.show_upload_limits(frm);
		if (frm.is_new()) return;
		frm.add_custom_button(__("Preview"), () => smooth_lms.act(() => preview(frm)));
	},
});

async function preview(frm) {
	if (frm.is_dirty()) await frm.save();
	const query = new URLSearchParams({ design: frm.doc.name });
	window.open(`/api/method/smooth_lms.api.certificates.preview_design?${query}`);
}
