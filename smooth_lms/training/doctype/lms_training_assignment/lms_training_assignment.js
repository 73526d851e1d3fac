// Decisions about one assignment. Whether they are possible is decided on the server.

const OPEN = ["Pending", "In Progress", "Overdue"];
const REASON = { fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 };

frappe.ui.form.on("LMS Training Assignment", {
	async refresh(frm) {
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
		if (!frappe.user.has_role(["Moderator", "System Manager"])) return;
		await frappe.require("/assets/smooth_lms/js/desk/training_decisions.js");
		for (const [label, act] of smooth_lms.assignment_decisions) {
			const about = frm.doc.member_name || frm.doc.member;
			frm.add_custom_button(label, () => act([frm.doc.name], () => frm.reload_doc(), about));
		}
		licence_buttons(frm);
	},
});

const call = (frm, method, args) =>
	smooth_lms.call(`training.${method}`, { assignment: frm.doc.name, ...args });

const decide = (frm, grant) =>
	smooth_lms.act(async () => {
		await call(frm, "decide_extension", { grant });
		frm.reload_doc();
		smooth_lms.say(grant ? __("More time was given.") : __("More time was refused."));
	});

async function licence_buttons(frm) {
	const course = await frappe.db.get_value("LMS Course", frm.doc.course, "licence_count");
	if (!cint(course.message.licence_count)) return;
	frm.add_custom_button(
		__("Take back"),
		() =>
			smooth_lms.ask({
				title: __("Take the licence back"),
				fields: [REASON],
				label: __("Take back"),
				async action(values) {
					await call(frm, "revoke_licence", values);
					frm.reload_doc();
				},
			}),
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
			smooth_lms.ask({
				title: __("Give the licence to somebody else"),
				fields: [member, REASON],
				label: __("Give"),
				async action(values) {
					const { assignment } = await call(frm, "reassign_licence", values);
					frappe.set_route("Form", frm.doctype, assignment);
				},
			}),
		__("Licence"),
	);
}
