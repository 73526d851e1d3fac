frappe.ui.form.on("LMS Batch Enrollment", {
	setup(frm) {
		frm.set_query("member", () => ({ query: "smooth_lms.api.rosters.search_learners" }));
	},

	refresh(frm) {
		const moderator = frappe.user.has_role(["Moderator", "System Manager"]);
		frm.toggle_display("exception_section", moderator || Boolean(frm.doc.override_reason));
		if (frm.is_new()) {
			return;
		}
		frm.set_df_property("override_reason", "read_only", 1);
		if (!moderator && !frappe.user.has_role(["HR Manager", "HR User"])) {
			return;
		}
		const waits = frm.doc.status === "Waitlisted";
		if (waits && moderator) {
			frm.add_custom_button(__("Enroll now"), () => enroll_from_waitlist(frm));
		}
		if (waits || frm.doc.status === "Enrolled") {
			frm.add_custom_button(__("Withdraw"), () => withdraw(frm));
			frm.add_custom_button(__("Move to another cohort"), () => move(frm));
		}
		if (frm.doc.status === "Enrolled") {
			frm.add_custom_button(__("Send confirmation again"), () => smooth_lms.act(() => send_again(frm)));
		}
	},
});

const api = (method, args) => smooth_lms.call(`batches.${method}`, args);

/** Ask for something, act on it, and show the document as it is then. */
function ask(frm, { title, field, label, action, done }) {
	smooth_lms.ask({
		title,
		fields: [field],
		label,
		async action(values) {
			const answer = await action(values[field.fieldname]);
			frappe.show_alert(told(answer, done));
			if (answer.name === frm.doc.name) {
				frm.reload_doc();
			} else {
				frappe.set_route("Form", frm.doctype, answer.name);
			}
		},
	});
}

/** What came of it, from the answer: who was to get a seat may wait for one. */
function told(answer, done) {
	if (answer.status !== "Waitlisted") {
		return { message: done, indicator: "green" };
	}
	const place = answer.waitlist_position;
	const message = place
		? __("On the waitlist, at position {0}", [place])
		: __("On the waitlist: this cohort is full.");
	return { message, indicator: "orange" };
}

function withdraw(frm) {
	const name = frm.doc.member_name || frm.doc.member;
	ask(frm, {
		title: __("Withdraw {0}", [frappe.utils.escape_html(name)]),
		field: {
			fieldname: "reason",
			fieldtype: "Small Text",
			label: __("Reason"),
			reqd: 1,
			description: __("The record and the reason are kept. The seat goes to the next on the waitlist."),
		},
		label: __("Withdraw"),
		action: (reason) => api("withdraw_member", { batch: frm.doc.batch, member: frm.doc.member, reason }),
		done: __("Withdrawn"),
	});
}

function move(frm) {
	ask(frm, {
		title: __("Move to another cohort"),
		field: {
			fieldname: "to_batch",
			fieldtype: "Link",
			options: "LMS Batch",
			label: __("Cohort"),
			reqd: 1,
			get_query: () => ({ filters: { published: 1, name: ["!=", frm.doc.batch] } }),
			description: __("What has been learned in the same courses is kept."),
		},
		label: __("Move"),
		action: (to_batch) =>
			api("move_member", { member: frm.doc.member, from_batch: frm.doc.batch, to_batch }),
		done: __("Moved"),
	});
}

function enroll_from_waitlist(frm) {
	ask(frm, {
		title: __("Enroll before their turn"),
		field: {
			fieldname: "override_reason",
			fieldtype: "Small Text",
			label: __("Reason for the exception"),
			description: __("Needed when the cohort is full, has started or has ended. It is kept."),
		},
		label: __("Enroll"),
		action: (override_reason) =>
			api("enroll_from_waitlist", {
				batch: frm.doc.batch,
				member: frm.doc.member,
				override_reason,
			}),
		done: __("Enrolled"),
	});
}

async function send_again(frm) {
	await api("send_confirmation_again", { names: [frm.doc.name] });
	smooth_lms.say(__("The confirmation is on its way."));
	frm.reload_doc();
}
