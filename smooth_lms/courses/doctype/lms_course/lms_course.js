frappe.ui.form.on("LMS Course", {
	setup(frm) {
		frm.set_query("instructors", () => ({ filters: { enabled: 1 } }));
		frm.set_query("prerequisites", () => ({ filters: { name: ["!=", frm.doc.name || ""] } }));
	},

	async refresh(frm) {
		window.smooth_lms.show_upload_limits(frm);
		if (frm.is_new()) {
			frm.get_field("outline").html(
				`<p class="text-muted">${__("Save the course, then add chapters and lessons here.")}</p>`,
			);
			return;
		}
		frm.add_custom_button(__("See it in the portal"), () =>
			window.open(`/lms/courses/${encodeURIComponent(frm.doc.name)}`, "_blank", "noopener"),
		);
		if (frm.doc.superseded_by) {
			frm.dashboard.add_indicator(__("Replaced by a newer version"), "orange");
		}
		if (!frm.perm[0]?.write) {
			return;
		}
		frm.add_custom_button(__("New version"), () => make_version(frm));
		await frappe.require("/assets/smooth_lms/js/desk/course_outline.js");
		new window.smooth_lms.CourseOutline(frm, frm.get_field("outline").$wrapper);
	},
});

function make_version(frm) {
	const question = __(
		"Copy this course with its chapters, lessons and quizzes into a new version? Whoever is in this version stays in it.",
	);
	smooth_lms.confirm(question, async () => {
		const name = await smooth_lms.call("courses.new_version", { course: frm.doc.name });
		frappe.set_route("Form", "LMS Course", name);
	});
}
