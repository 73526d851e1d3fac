frappe.ui.form.on("LMS Live Class", {
	setup(frm) {
		frm.set_query("lesson", () => ({
			filters: { lesson_type: "Live Class", ...(frm.doc.course && { course: frm.doc.course }) },
		}));
	},
});
