frappe.listview_settings["LMS Learner"] = {
	add_fields: ["status", "notified_on"],

	get_indicator(doc) {
		const colors = { Active: "green", Pending: "orange", Archived: "gray" };
		const told = doc.status === "Active" && doc.notified_on;
		return [told ? __("Active, notified") : __(doc.status), colors[doc.status], `status,=,${doc.status}`];
	},

	onload(listview) {
		filter_by_group(listview);
		if (frappe.user.has_role(["Moderator", "System Manager"])) {
			listview.page.add_inner_button(__("Add people"), () => window.open("/lms/people/add", "_blank"));
		}
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
		act(__("Approve"), approve);
		act(__("Assign a course"), assign_course);
		act(__("Put in a group"), (list, learners) => change_group(list, learners, true));
		act(__("Take out of a group"), (list, learners) => change_group(list, learners, false));
		act(__("Send invitation"), invite);
		act(__("Archive"), archive);
		act(__("Archive activity only"), archive_activity);
		act(__("Bring back"), restore);
	},
};

/** "1 person" or "12 people", as the reader's language says it. */
const people = (number) =>
	smooth_lms.plural(number, __("1 person"), __("{0} people"), [number.toLocaleString()]);

function done(listview, message) {
	smooth_lms.say(message);
	listview.clear_checked_items();
	listview.refresh();
}

/** A field beside the other filters; groups are rows of a table, which Frappe offers no field for. */
function filter_by_group(listview) {
	listview.page.add_field({
		doctype: "LMS Learner Group",
		fieldname: "group",
		fieldtype: "Link",
		options: "LMS Group",
		label: __("Group"),
		condition: "=",
		onchange: () => listview.filter_area.refresh_list_view(),
	});
}

function approve(listview, learners) {
	smooth_lms.ask({
		title: __("Approve {0}", [people(learners.length)]),
		fields: [
			{
				fieldname: "notify",
				fieldtype: "Check",
				label: __("Notify them: send the mail with which they choose their password"),
				default: 1,
			},
			{
				fieldname: "about",
				fieldtype: "HTML",
				options: `<p class="text-muted small">${__("They get access at once. Those whom HR keeps, or who have access already, stay as they are.")}</p>`,
			},
		],
		label: __("Approve"),
		async action({ notify }) {
			const { approved, sent, skipped } = await smooth_lms.call("learners.approve", {
				learners,
				notify: notify ? 1 : 0,
			});
			const lines = [
				__("Approved: {0}.", [people(approved)]),
				sent && __("Notified: {0}.", [people(sent)]),
				skipped && __("Not waiting for approval, or kept by HR: {0}.", [people(skipped)]),
			];
			done(listview, lines.filter(Boolean).join(" "));
		},
	});
}

function archive_activity(listview, learners) {
	smooth_lms.confirm(
		__(
			"Put the open training of {0} behind them? They stay active. Courses that they have not finished leave their list, open assignments are cancelled and unused licences go back.",
			[people(learners.length)],
		),
		async () => {
			const result = await smooth_lms.call("learners.archive_activity", { learners });
			done(
				listview,
				__("Archived for {0}: {1} open courses and {2} assignments. They stay active.", [
					people(result.people),
					result.courses,
					result.assignments,
				]),
			);
		},
		__("Archive the activity"),
	);
}

function invite(listview, learners) {
	smooth_lms.confirm(
		__("Send the welcome mail to {0}? With it they choose their password.", [people(learners.length)]),
		async () => {
			const { sent, skipped } = await smooth_lms.call("learners.invite", { learners });
			const lines = [
				smooth_lms.plural(sent, __("1 invitation is sent."), __("{0} invitations are sent."), [sent]),
				skipped && __("Signed in before, or not to be invited: {0}.", [people(skipped)]),
			];
			done(listview, lines.filter(Boolean).join(" "));
		},
	);
}

function archive(listview, learners) {
	smooth_lms.act(async () => {
		await frappe.require("/assets/smooth_lms/js/desk/archive_learners.js");
		await smooth_lms.archive_learners(learners, () => {
			listview.clear_checked_items();
			listview.refresh();
		});
	});
}

function restore(listview, learners) {
	smooth_lms.confirm(
		__("Give {0} access again? Those whom HR knows get what HR says.", [people(learners.length)]),
		async () => {
			const { changed } = await smooth_lms.call("learners.restore", { learners });
			const away = learners.length - changed;
			const lines = [
				smooth_lms.plural(changed, __("1 learner is back."), __("{0} learners are back."), [changed]),
				away && __("Not archived, or kept away by HR: {0}.", [people(away)]),
			];
			done(listview, lines.filter(Boolean).join(" "));
		},
	);
}

function change_group(listview, learners, add) {
	smooth_lms.ask({
		title: add
			? __("Put {0} in a group", [people(learners.length)])
			: __("Take {0} out of a group", [people(learners.length)]),
		fields: [
			{
				fieldname: "group",
				fieldtype: "Link",
				options: "LMS Group",
				label: __("Group"),
				reqd: 1,
				get_query: () => ({ filters: { source: ["!=", "HR"] } }),
				description: __("Groups that follow HR are not offered: HR says who is in them."),
			},
		],
		label: add ? __("Put in") : __("Take out"),
		async action({ group }) {
			const method = add ? "put_in_group" : "take_out_of_group";
			const { changed } = await smooth_lms.call(`learners.${method}`, { learners, group });
			const told = add
				? __("New in the group: {0}.", [people(changed)])
				: __("Out of the group: {0}.", [people(changed)]);
			done(listview, told);
		},
	});
}

function assign_course(listview, members) {
	smooth_lms.ask({
		title: __("Assign a course to {0}", [people(members.length)]),
		fields: [
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
		label: __("Assign"),
		async action(values) {
			const { assigned, refused } = await smooth_lms.call("training.assign_course", {
				...values,
				members,
			});
			done(listview, __("Assigned to {0}.", [people(assigned.length)]));
			if (refused.length) {
				const lines = refused.map(
					({ member, reason }) =>
						`<li><b>${frappe.utils.escape_html(member)}</b>: ${frappe.utils.escape_html(reason)}</li>`,
				);
				frappe.msgprint({
					title: __("Not assigned to {0}", [people(refused.length)]),
					indicator: "orange",
					message: `<ul>${lines.join("")}</ul>`,
				});
			}
		},
	});
}
