frappe.listview_settings["LMS Learner"] = {
	add_fields: ["status"],

	get_indicator(doc) {
		const colors = { Active: "green", Pending: "orange", Archived: "gray" };
		return [__(doc.status), colors[doc.status], `status,=,${doc.status}`];
	},

	onload(listview) {
		listview.page.add_inner_button(__("Without approver"), () => {
			listview.filter_area.clear().then(() =>
				listview.filter_area.add([
					["LMS Learner", "approver", "is", "not set"],
					["LMS Learner", "status", "!=", "Archived"],
				]),
			);
		});
		const act = (label, action) =>
			listview.page.add_actions_menu_item(label, () =>
				action(listview, listview.get_checked_items(true)),
			);
		act(__("Assign a course"), assign_course);
		act(__("Put in a group"), (list, learners) => change_group(list, learners, true));
		act(__("Take out of a group"), (list, learners) => change_group(list, learners, false));
		act(__("Send invitation"), invite);
		act(__("Archive"), archive);
		act(__("Bring back"), restore);
	},
};

function done(listview, message) {
	frappe.show_alert({ message, indicator: "green" });
	listview.clear_checked_items();
	listview.refresh();
}

function confirm_and_call(listview, learners, method, question, told) {
	frappe.confirm(question, async () => {
		const { changed } = await frappe.xcall(`smooth_lms.api.learners.${method}`, { learners });
		done(listview, __(told, [changed]));
	});
}

function invite(listview, learners) {
	frappe.confirm(
		__("Send the welcome mail to {0} people? With it they choose their password.", [learners.length]),
		async () => {
			const { sent, skipped } = await frappe.xcall("smooth_lms.api.learners.invite", { learners });
			const told = skipped
				? __("{0} invitations are sent. {1} people have signed in before or cannot be invited.", [
						sent,
						skipped,
					])
				: __("{0} invitations are sent.", [sent]);
			done(listview, told);
		},
	);
}

function archive(listview, learners) {
	confirm_and_call(
		listview,
		learners,
		"archive",
		__(
			"End the access of {0} people? Seats in cohorts that have not ended are given to others, unused licences go back, history stays. The synchronization does not bring archived learners back unless HR hires them anew.",
			[learners.length],
		),
		__("{0} learners are archived."),
	);
}

function restore(listview, learners) {
	confirm_and_call(
		listview,
		learners,
		"restore",
		__("Give {0} people access again? Those whom HR knows get what HR says.", [learners.length]),
		__("{0} learners are back."),
	);
}

function change_group(listview, learners, add) {
	frappe.prompt(
		{
			fieldname: "group",
			fieldtype: "Link",
			options: "LMS Group",
			label: __("Group"),
			reqd: 1,
			get_query: () => ({ filters: { source: ["!=", "HR"] } }),
			description: __("Groups that follow HR are not offered: HR says who is in them."),
		},
		async ({ group }) => {
			const method = add ? "put_in_group" : "take_out_of_group";
			const { changed } = await frappe.xcall(`smooth_lms.api.learners.${method}`, {
				learners,
				group,
			});
			done(
				listview,
				add
					? __("{0} learners are new in it.", [changed])
					: __("{0} learners are out of it.", [changed]),
			);
		},
		add
			? __("Put {0} people in a group", [learners.length])
			: __("Take {0} people out of a group", [learners.length]),
		add ? __("Put in") : __("Take out"),
	);
}

function assign_course(listview, members) {
	frappe.prompt(
		[
			{
				fieldname: "course",
				fieldtype: "Link",
				options: "LMS Course",
				label: __("Course"),
				reqd: 1,
				get_query: () => ({ filters: { published: 1 } }),
			},
			{
				fieldname: "due_date",
				fieldtype: "Date",
				label: __("Due date"),
				reqd: 1,
				default: frappe.datetime.add_days(frappe.datetime.get_today(), 30),
				description: __(
					"For training that goes on by a rule, or for more than 500 people, write an LMS Training Requirement.",
				),
			},
		],
		async (values) => {
			const { assigned, refused } = await frappe.xcall("smooth_lms.api.training.assign_course", {
				...values,
				members,
			});
			done(listview, __("{0} people have it now.", [assigned.length]));
			if (refused.length) {
				const lines = refused.map(
					({ member, reason }) =>
						`<li><b>${frappe.utils.escape_html(member)}</b>: ${frappe.utils.escape_html(reason)}</li>`,
				);
				frappe.msgprint({
					title: __("{0} people did not get it", [refused.length]),
					indicator: "orange",
					message: `<ul>${lines.join("")}</ul>`,
				});
			}
		},
		__("Assign a course to {0} people", [members.length]),
		__("Assign"),
	);
}
