// Answer one question of the review list where it is read.

frappe.ui.form.on("LMS Training Review", {
	async refresh(frm) {
		if (frm.is_new() || frm.doc.state !== "Open") return;
		if (frm.doc.kind !== "The due date is past") {
			frm.set_intro(
				__("It is settled when a licence of the course comes free or more are bought."),
				"blue",
			);
			return;
		}
		frm.set_intro(
			__("The rule asks for {0}, which is past: decide when it is due, or leave it out.", [
				frappe.datetime.str_to_user(frm.doc.rule_due),
			]),
			"orange",
		);
		if (!frappe.user.has_role(["Moderator", "System Manager"])) return;
		await frappe.require("/assets/smooth_lms/js/desk/training_decisions.js");
		smooth_lms.review_decisions.forEach(([label, decide], index) => {
			const about = frm.doc.member_name || frm.doc.member;
			const button = frm.add_custom_button(label, () =>
				decide([frm.doc.name], () => frm.reload_doc(), about),
			);
			if (!index) button.addClass("btn-primary");
		});
	},
});
