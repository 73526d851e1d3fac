// What a moderator decides about assignments and about questions of the review list, one or many: used by the forms and
// by the lists. Whether it is possible is decided on the server.
(() => {
	const lms = frappe.provide("smooth_lms");
	const reason = { fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 };
	const because = { ...reason, reqd: 0 };
	const day = (fieldname) => ({ fieldname, fieldtype: "Date", label: __("New due date"), reqd: 1 });

	/** What a dialog is about: a person by name, or how many records. */
	const titled = (label, names, about) =>
		about
			? `${label}: ${frappe.utils.escape_html(about)}`
			: `${label} (${names.length.toLocaleString()})`;

	const asking = (method, argument, told) => (label, fields) => (names, done, about) =>
		lms.ask({
			title: titled(label, names, about),
			fields,
			label,
			async action(values) {
				const answer = await lms.call(`training.${method}`, { [argument]: names, ...values });
				const { changed, refused = [] } = answer;
				if (refused.length)
					frappe.msgprint({
						title: __("{0} stay as they are", [refused.length.toLocaleString()]),
						indicator: "orange",
						message: refused.map((row) => frappe.utils.escape_html(row.reason)).join("<br>"),
					});
				lms.say(
					changed ? told(changed) : __("Nothing changed: it was closed already."),
					tone(changed),
				);
				done();
			},
		});

	const tone = (changed) => (changed ? "green" : "orange");
	const decision = (method, ...rest) => asking(method, "assignments", changed)(...rest);
	const changed = (number) =>
		lms.plural(number, __("1 assignment changed"), __("{0} assignments changed"), [
			number.toLocaleString(),
		]);
	const answered = (number) =>
		lms.plural(number, __("1 question answered"), __("{0} questions answered"), [
			number.toLocaleString(),
		]);
	const answer = asking("decide_reviews", "reviews", answered);

	/** For open assignments: [label, act(names, done, about)]. */
	lms.assignment_decisions = [
		[__("Change due date"), decision("extend", __("Change due date"), [day("until"), because])],
		[__("Waive"), decision("waive", __("Waive"), [reason])],
		[__("Cancel assignment"), decision("cancel", __("Cancel assignment"), [reason])],
	];

	/** For open questions of the review list. */
	lms.review_decisions = [
		[__("Assign with a due date"), answer(__("Assign with a due date"), [day("due_date"), because])],
		[__("Leave out this time"), answer(__("Leave out this time"), [reason])],
	];

	/** Offer decisions in the Actions menu of a list. */
	lms.offer_decisions = (listview, decisions) => {
		if (!frappe.user.has_role(["Moderator", "System Manager"])) return;
		for (const [label, act] of decisions)
			listview.page.add_actions_menu_item(label, () =>
				act(listview.get_checked_items(true), () => {
					listview.clear_checked_items();
					listview.refresh();
				}),
			);
	};
})();
