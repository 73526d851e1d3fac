frappe.ui.form.on("LMS Quiz", {
	setup(frm) {
		frm.set_query("question", "questions", () => ({
			filters: frm.doc.course ? { course: frm.doc.course } : {},
		}));
	},
});
