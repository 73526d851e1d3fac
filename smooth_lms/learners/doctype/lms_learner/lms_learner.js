frappe.ui.form.on("LMS Learner", {
	async refresh(frm) {
		if (frm.is_new()) {
			return;
		}
		await frappe.require([
			"/assets/smooth_lms/js/desk/why.js",
			"/assets/smooth_lms/js/desk/archive_learners.js",
		]);
		if (frm.doc.employee) {
			frm.add_custom_button(__("Why?"), () =>
				smooth_lms.act(() => smooth_lms.show_why(frm.doc.employee)),
			);
		}
		if (frm.doc.status === "Archived") {
			frm.add_custom_button(__("Bring back"), () =>
				smooth_lms.confirm(__("Give {0} access again?", [name_of(frm)]), async () => {
					await smooth_lms.call("learners.restore", { learners: [frm.doc.name] });
					frm.reload_doc();
				}),
			);
		} else {
			frm.add_custom_button(__("Archive"), () =>
				smooth_lms.act(() =>
					smooth_lms.archive_learners(
						[frm.doc.name],
						() => frm.reload_doc(),
						frm.doc.full_name || frm.doc.name,
					),
				),
			);
		}
	},
});

function name_of(frm) {
	return frappe.utils.escape_html(frm.doc.full_name || frm.doc.name);
}
