frappe.ui.form.on("LMS Audit Export", {
	refresh(frm) {
		if (frm.is_new()) return;
		frm.disable_save();
		if (!["Queued", "Running"].includes(frm.doc.status)) return;
		frm.dashboard.add_progress(__("{0} rows", [frm.doc.rows || 0]), frm.doc.progress || 0);
		setTimeout(() => frm.doc.name === cur_frm?.doc.name && frm.reload_doc(), 3000);
	},
});
