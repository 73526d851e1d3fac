frappe.ui.form.on("Course Lesson", {
	setup(frm) {
		const of_course = () => ({ filters: frm.doc.course ? { course: frm.doc.course } : {} });
		for (const field of ["chapter", "quiz", "scorm_package"]) {
			frm.set_query(field, of_course);
		}
	},

	refresh(frm) {
		if (frm.doc.course) {
			frm.add_custom_button(__("Back to the course"), () =>
				frappe.set_route("Form", "LMS Course", frm.doc.course),
			);
		}
		if (!frm.is_new() && frm.doc.course) {
			const [course, lesson] = [frm.doc.course, frm.doc.name].map(encodeURIComponent);
			frm.add_custom_button(__("See it in the portal"), () =>
				window.open(`/lms/courses/${course}/${lesson}`, "_blank", "noopener"),
			);
		}
	},
});
