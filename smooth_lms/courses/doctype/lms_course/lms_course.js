frappe.ui.form.on("LMS Course", {
	async onload(frm) {
		window.smooth_lms.begin_empty(frm, "company");
		await frappe.require("/assets/smooth_lms/js/desk/audience.js");
		window.smooth_lms.choose_audience(frm);
	},

	setup(frm) {
		frm.set_query("instructors", () => ({ filters: { enabled: 1 } }));
		frm.set_query("prerequisites", () => ({ filters: { name: ["!=", frm.doc.name || ""] } }));
	},

	async before_save(frm) {
		const unpublishes = !frm.is_new() && frm.published_before && !frm.doc.published;
		if (unpublishes && !(await agrees(frm))) {
			frappe.validated = false;
		}
	},

	async refresh(frm) {
		frm.published_before = frm.doc.published && !frm.is_dirty();
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
		frm.add_custom_button(__("Open the course builder"), () =>
			window.open(`/lms/author/${encodeURIComponent(frm.doc.name)}`, "_blank", "noopener"),
		);
		frm.add_custom_button(__("New version"), () => make_version(frm));
		await frappe.require("/assets/smooth_lms/js/desk/audience.js");
		window.smooth_lms.show_audience(frm);
		await frappe.require("/assets/smooth_lms/js/desk/course_outline.js");
		new window.smooth_lms.CourseOutline(frm, frm.get_field("outline").$wrapper);
	},
});

/** Unpublishing closes the course at once to everybody in it: says to whom, and asks. */
async function agrees(frm) {
	const means = await smooth_lms.call("courses.get_unpublish_means", { course: frm.doc.name });
	if (!means.learners && !means.assigned && !means.cohorts.length) return true;
	const most = 10;
	const rows = means.cohorts.slice(0, most).map((title) => `<li>${frappe.utils.escape_html(title)}</li>`);
	if (means.cohorts.length > most)
		rows.push(`<li>${__("and {0} more", [means.cohorts.length - most])}</li>`);
	const said = (number, one, many) =>
		number && smooth_lms.plural(number, one, many, [number.toLocaleString()]);
	const lines = [
		said(
			means.learners,
			__("1 person is in this course and has not completed it. They can no longer open it."),
			__("{0} people are in this course and have not completed it. They can no longer open it."),
		),
		said(
			means.assigned,
			__("1 of them has a due date, which stays."),
			__("{0} of them have due dates, which stay."),
		),
		means.is_mandatory && __("The course is mandatory: nobody new gets it while it is not published."),
		said(
			means.cohorts.length,
			__("1 cohort that has not ended uses it:"),
			__("{0} cohorts that have not ended use it:"),
		),
	];
	const told = lines.filter(Boolean).map((line) => `<p>${line}</p>`);
	if (rows.length) told.push(`<ul>${rows.join("")}</ul>`);
	return smooth_lms.agree(told.join(""), __("Unpublish"));
}

function make_version(frm) {
	const question = __(
		"Copy this course with its chapters, lessons and quizzes into a new version? Whoever is in this version stays in it.",
	);
	smooth_lms.confirm(question, async () => {
		const name = await smooth_lms.call("courses.new_version", { course: frm.doc.name });
		frappe.set_route("Form", "LMS Course", name);
	});
}
