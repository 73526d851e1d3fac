// Decide about a request where it is read.

frappe.ui.form.on("LMS Enrollment Request", {
	refresh(frm) {
		if (frm.is_new() || frm.doc.status !== "Open") return;
		frm.set_intro(
			__("The request expires on {0} unless somebody decides.", [
				frappe.datetime.str_to_user(frm.doc.runs_out_on),
			]),
			"orange",
		);
		if (frm.doc.member === frappe.session.user) return;
		frm.add_custom_button(__("Approve"), () =>
			smooth_lms.act(async () => {
				const { status } = await smooth_lms.call("requests.approve", { request: frm.doc.name });
				smooth_lms.say(status === "Waitlisted" ? __("On the waitlist") : __("Enrolled"));
				frm.reload_doc();
			}),
		).addClass("btn-primary");
		frm.add_custom_button(__("Refuse"), () =>
			smooth_lms.ask({
				title: __("Refuse the request"),
				fields: [
					{
						fieldname: "reason",
						fieldtype: "Small Text",
						label: __("Reason"),
						reqd: 1,
						description: __("Whoever asked reads it, and it is kept."),
					},
				],
				label: __("Refuse"),
				async action({ reason }) {
					await smooth_lms.call("requests.refuse", { request: frm.doc.name, reason });
					frm.reload_doc();
				},
			}),
		);
	},
});
