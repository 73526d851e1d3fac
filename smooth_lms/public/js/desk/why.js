/* Why an employee has access to training or not, where, and what the next synchronization will do. */

window.smooth_lms = window.smooth_lms || {};

window.smooth_lms.show_why = async function (employee) {
	const told = await smooth_lms.call("learners.why", { employee });
	const rows = [
		section(told.has_access ? __("Has access") : __("Has no access"), told.answer),
		section(__("Account"), [account(told.account), learner(told.learner)]),
		section(
			__("Cohorts"),
			told.cohorts.map((row) => `${row.title}: ${__(row.status)}. ${row.why}`),
		),
		section(
			__("Onboarding"),
			told.onboardings.map((row) =>
				[row.name, row.lms_state && __(row.lms_state), row.lms_enrolled_batch, row.lms_note]
					.filter(Boolean)
					.join(" · "),
			),
		),
		section(
			__("Next synchronization"),
			told.next_sync
				? [told.next_sync.sentence, ...told.next_sync.details]
				: [__("Nothing: everything is as HR says.")],
		),
	];
	const fields = [
		{ fieldname: "told", fieldtype: "HTML", options: rows.join("") },
		{ fieldtype: "Section Break", label: __("Why can they not see it?") },
		{
			fieldname: "doctype",
			fieldtype: "Select",
			label: __("What"),
			options: [
				{ value: "LMS Course", label: __("Course") },
				{ value: "LMS Batch", label: __("Cohort") },
			],
			default: "LMS Course",
			change: () => dialog.set_value("name", ""),
		},
		{ fieldtype: "Column Break" },
		{
			fieldname: "name",
			fieldtype: "Dynamic Link",
			label: __("Course or cohort"),
			options: "doctype",
			change: () => smooth_lms.act(() => explain(dialog, employee)),
		},
		{ fieldtype: "Section Break", hide_border: 1 },
		{ fieldname: "answer", fieldtype: "HTML" },
	];
	const title = __("Training of {0}", [employee]);
	const dialog = new frappe.ui.Dialog({ title, size: "large", fields });
	dialog.show();
};

/** Says whether the person is shown what is chosen in the dialog, and if not, why. */
async function explain(dialog, employee) {
	const { doctype, name } = dialog.get_values(true) || {};
	const $answer = dialog.get_field("answer").$wrapper.empty();
	if (!name) return;
	const told = await smooth_lms.call("learners.why_hidden", { employee, doctype, name });
	$answer.html(section(told.title, told.answer));
}

function section(title, lines) {
	const items = lines.filter(Boolean).map((line) => `<li>${frappe.utils.escape_html(line)}</li>`);
	const list = items.length
		? `<ul class="pl-4">${items.join("")}</ul>`
		: `<p class="text-muted">${__("None")}</p>`;
	return `<h5>${frappe.utils.escape_html(title)}</h5>${list}`;
}

function account(found) {
	if (!found) {
		return __("There is no user account.");
	}
	return found.enabled ? found.user : __("{0} (disabled)", [found.user]);
}

function learner(found) {
	if (!found) {
		return __("There is no learner record.");
	}
	const why = found.archived_reason ? ` (${__(found.archived_reason)})` : "";
	return __("Learner: {0}", [__(found.status) + why]);
}
