const ACTIONS = {
	Draft: [["request_purge", __("Hand in")]],
	Requested: [
		["approve_purge", __("Approve and purge")],
		["reject_purge", __("Reject")],
	],
};

frappe.ui.form.on("LMS Purge Request", {
	async refresh(frm) {
		if (frm.is_new()) {
			frm.set_intro(
				__("Counts what ended before the day. A System Manager other than you has to approve."),
			);
			return;
		}
		if (frm.doc.status !== "Draft") frm.disable_save();
		const asked_for_it = [frm.doc.requested_by, frm.doc.owner].includes(frappe.session.user);
		const decides = frappe.user.has_role("System Manager");
		if (frm.doc.status === "Requested" && (asked_for_it || !decides)) {
			frm.set_intro(__("Waits for a System Manager who did not ask for it."));
		}
		for (const [method, label] of ACTIONS[frm.doc.status] || []) {
			if (frm.doc.status !== "Draft" && !decides) continue;
			if (method === "approve_purge" && asked_for_it) continue;
			frm.add_custom_button(label, () => act(frm, method, label));
		}
		await frappe.require("/assets/smooth_lms/js/desk/run_form.js");
		const removed = (frm.doc.lines || []).reduce((sum, line) => sum + (line.purged || 0), 0);
		window.smooth_lms.show_run(frm, {
			abort: "retention.abort_purge",
			resume: "retention.continue_purge",
			args: { request: frm.doc.name },
			queued: "Approved",
			text: __("{0} removed", [removed]),
			steers: decides,
		});
	},
});

function act(frm, method, label) {
	const send = async (values = {}) => {
		await smooth_lms.call(`retention.${method}`, { request: frm.doc.name, ...values });
		frm.reload_doc();
	};
	if (method === "request_purge") return smooth_lms.act(send);
	smooth_lms.ask({
		title: label,
		fields: [{ fieldname: "note", fieldtype: "Small Text", label: __("Note") }],
		label,
		action: send,
	});
}
