// Decisions about one assignment. Whether they are possible is decided on the server.

const OPEN = ["Pending", "In Progress", "Overdue"];
const REASON = { fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 };

frappe.ui.form.on("LMS Training Assignment", {
	refresh(frm) {
		if (frm.is_new() || !OPEN.includes(frm.doc.status)) return;
		if (frm.doc.extension_state === "Requested") {
			frm.add_custom_button(__("Grant more time"), () => decide(frm, true)).addClass("btn-primary");
			frm.add_custom_button(__("Refuse more time"), () => decide(frm, false));
			frm.set_intro(
				__("More time is asked for until {0}: {1}", [
					frappe.datetime.str_to_user(frm.doc.extension_until),
					frappe.utils.escape_html(frm.doc.extension_reason || ""),
				]),
				"blue",
			);
		}
		if (frappe.user.has_role(["Moderator", "System Manager"])) licence_buttons(frm);
	},
});

const call = (frm, method, args) =>
	frappe
		.call({
			method: `smooth_lms.api.training.${method}`,
			args: { assignment: frm.doc.name, ...args },
			freeze: true,
		})
		.then((answer) => answer.message);

const decide = (frm, grant) => call(frm, "decide_extension", { grant }).then(() => frm.reload_doc());

async function licence_buttons(frm) {
	const course = await frappe.db.get_value("LMS Course", frm.doc.course, "licence_count");
	if (!cint(course.message.licence_count)) return;
	frm.add_custom_button(
		__("Take back"),
		() =>
			frappe.prompt([REASON], (values) =>
				call(frm, "revoke_licence", values).then(() => frm.reload_doc()),
			),
		__("Licence"),
	);
	const member = {
		fieldname: "member",
		fieldtype: "Link",
		options: "User",
		label: __("Who gets it"),
		reqd: 1,
	};
	frm.add_custom_button(
		__("Give to somebody else"),
		() =>
			frappe.prompt([member, REASON], (values) =>
				call(frm, "reassign_licence", values).then((made) =>
					frappe.set_route("Form", frm.doctype, made.assignment),
				),
			),
		__("Licence"),
	);
}
