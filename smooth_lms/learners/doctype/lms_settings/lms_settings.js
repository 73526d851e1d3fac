frappe.ui.form.on("LMS Settings", {
	refresh(frm) {
		const warnings = frm.doc.__onload?.site_warnings || [];
		if (warnings.length) {
			frm.set_intro(warnings.map((sentence) => `<p>${sentence}</p>`).join(""), "orange");
		}
		frm.set_df_property("notices", "cannot_add_rows", true);
		frm.set_df_property("notices", "cannot_delete_rows", true);
		const notes = frm.doc.__onload?.site_notes || [];
		if (notes.length) {
			frm.set_df_property("disable_leavers", "description", notes.join(" "));
		}
	},
});
