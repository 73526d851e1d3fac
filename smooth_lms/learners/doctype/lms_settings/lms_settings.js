frappe.ui.form.on("LMS Settings", {
	refresh(frm) {
		const warnings = frm.doc.__onload?.site_warnings || [];
		if (warnings.length) {
			frm.set_intro(warnings.map((sentence) => `<p>${sentence}</p>`).join(""), "orange");
		}
		const notes = frm.doc.__onload?.site_notes || [];
		if (notes.length) {
			frm.set_df_property("disable_leavers", "description", notes.join(" "));
		}
	},
});
