frappe.ui.form.on("LMS Learner", {
	async refresh(frm) {
		if (frm.is_new()) {
			return;
		}
		mark_fields_of_hr(frm);
		await frappe.require([
			"/assets/smooth_lms/js/desk/why.js",
			"/assets/smooth_lms/js/desk/archive_learners.js",
		]);
		if (frm.doc.employee) {
			frm.add_custom_button(__("Why?"), () =>
				smooth_lms.act(() => smooth_lms.show_why(frm.doc.employee)),
			);
		}
		if (frappe.user.has_role(["Moderator", "System Manager"])) {
			// name, e-mail, courses and due dates are changed there, with the words for it
			frm.add_custom_button(__("Open in People"), () =>
				window.open(`/lms/people/${encodeURIComponent(frm.doc.name)}`, "_blank"),
			);
			frm.add_custom_button(__("Send a link to a new password"), () =>
				smooth_lms.confirm(
					__("Mail {0} a link with which they choose a new password?", [name_of(frm)]),
					async () => {
						await smooth_lms.call("learners.send_password_mail", { learner: frm.doc.name });
						smooth_lms.say(__("A mail with the link to a new password is on its way."));
					},
				),
			);
		}
		if (frm.doc.status === "Archived") {
			frm.add_custom_button(__("Bring back"), () =>
				smooth_lms.confirm(__("Give {0} access again?", [name_of(frm)]), async () => {
					const { changed } = await smooth_lms.call("learners.restore", {
						learners: [frm.doc.name],
					});
					await frm.reload_doc();
					if (!changed) {
						smooth_lms.say(__("HR keeps {0} away: Why? says the reason.", [name_of(frm)]));
					}
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

/** What is typed into them is overwritten with the next run. */
function mark_fields_of_hr(frm) {
	const from_hr = frm.doc.__onload?.from_hr || [];
	const sentence = __("From HR: change it on the Employee.");
	for (const own of frappe.get_meta(frm.doctype).fields) {
		if (!own.fieldname || !frm.fields_dict[own.fieldname] || own.fieldtype.endsWith("Break")) continue;
		const is_hrs = from_hr.includes(own.fieldname);
		const about = [own.description && __(own.description), is_hrs && sentence].filter(Boolean).join(" ");
		frm.set_df_property(own.fieldname, "read_only", is_hrs ? 1 : own.read_only);
		frm.set_df_property(own.fieldname, "description", about);
	}
}

function name_of(frm) {
	return frappe.utils.escape_html(frm.doc.full_name || frm.doc.name);
}
