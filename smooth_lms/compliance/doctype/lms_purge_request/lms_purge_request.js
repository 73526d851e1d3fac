const ACTIONS = {
	Draft: [["request_purge", __("Hand in")]],
	Requested: [
		["approve_purge", __("Approve and purge")],
		["reject_purge", __("Reject")],
	],
};

frappe.ui.form.on("LMS Purge Request", {
	refresh(frm) {
		if (frm.is_new()) {
			frm.set_intro(
				__("Counts what ended before the day. A System Manager other than you has to approve."),
			);
			return;
		}
		if (frm.doc.status !== "Draft") frm.disable_save();
		if (frm.doc.status === "Requested" && !frappe.user.has_role("System Manager")) return;
		for (const [method, label] of ACTIONS[frm.doc.status] || []) {
			frm.add_custom_button(label, () => act(frm, method, label));
		}
	},
});

function act(frm, method, label) {
	const send = (note) =>
		frappe
			.call(`smooth_lms.api.retention.${method}`, { request: frm.doc.name, ...(note && { note }) })
			.then(() => frm.reload_doc());
	if (method === "request_purge") return send();
	frappe.prompt(
		{ fieldname: "note", fieldtype: "Small Text", label: __("Note") },
		({ note }) => send(note),
		label,
		label,
	);
}
