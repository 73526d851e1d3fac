const DONE = __("Completed when the learner says so with Done.");
const COMPLETED_BY = {
	Text: DONE,
	Video: __("Completed once enough of a video file was played, or with Done."),
	File: DONE,
	Quiz: __("Completed by passing the quiz."),
	SCORM: __("Completed when all parts of the package are done: see SCORM below."),
	"Live Class": __("Completed by being there: choose this lesson in the LMS Live Class of each cohort."),
	"External Link": DONE,
};

frappe.ui.form.on("Course Lesson", {
	setup(frm) {
		const of_course = () => ({ filters: frm.doc.course ? { course: frm.doc.course } : {} });
		for (const field of ["chapter", "quiz", "scorm_package"]) {
			frm.set_query(field, of_course);
		}
	},

	lesson_type(frm) {
		frm.set_df_property("lesson_type", "description", COMPLETED_BY[frm.doc.lesson_type] || "");
	},

	refresh(frm) {
		frm.trigger("lesson_type");
		window.smooth_lms.show_upload_limits(frm);
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
