frappe.ui.form.on("LMS Live Class", {
	setup(frm) {
		frm.set_query("lesson", () => ({
			filters: { lesson_type: "Live Class", ...(frm.doc.course && { course: frm.doc.course }) },
		}));
	},

	refresh(frm) {
		if (frm.is_new()) return;
		const [cohort, key] = [frm.doc.batch, `class-${frm.doc.name}`].map(encodeURIComponent);
		frm.add_custom_button(__("Attendance"), () =>
			window.open(`/lms/batches/${cohort}/attendance/${key}`),
		);
	},
});
