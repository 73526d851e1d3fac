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
	const dialog = new frappe.ui.Dialog({ title: __("Training of {0}", [employee]), size: "large" });
	dialog.$body.html(`<div class="p-3">${rows.join("")}</div>`);
	dialog.show();
};

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
