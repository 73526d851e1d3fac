// Archiving learners: what it takes from them is said before, and can be kept.
(() => {
	const lms = frappe.provide("smooth_lms");

	/**
	 * @param {string[]} learners LMS Learner records
	 * @param {(changed: number) => void} done what to do afterwards
	 * @param {string} [name] of the one learner
	 */
	lms.archive_learners = async (learners, done, name = null) => {
		const means = await lms.call("learners.get_archive_means", { learners });
		const fields = [{ fieldtype: "HTML", options: told(means) }];
		if (means.seats || means.licences) {
			fields.push({
				fieldname: "keep_seats",
				fieldtype: "Check",
				label: __("Keep their places and licences"),
				description: __("For a while only: bringing them back then undoes the archiving."),
			});
		}
		lms.ask({
			title: title(means.people, name),
			fields,
			label: __("Archive"),
			async action({ keep_seats }) {
				const { changed } = await lms.call("learners.archive", {
					learners,
					keep_seats: keep_seats ? 1 : 0,
				});
				lms.say(
					lms.plural(changed, __("1 learner is archived."), __("{0} learners are archived."), [
						changed.toLocaleString(),
					]),
				);
				done();
			},
		});
	};

	function title(people, name) {
		if (name) return __("End the access of {0}?", [frappe.utils.escape_html(name)]);
		return lms.plural(people, __("End the access of 1 person?"), __("End the access of {0} people?"), [
			people.toLocaleString(),
		]);
	}

	function told({ cohorts, seats, licences }) {
		const most = 10;
		const rows = cohorts
			.slice(0, most)
			.map((each) => `<li>${frappe.utils.escape_html(each.title)}: ${each.people}</li>`);
		if (cohorts.length > most) rows.push(`<li>${__("and {0} more", [cohorts.length - most])}</li>`);
		const lines = [
			seats &&
				lms.plural(
					seats,
					__("1 place in a cohort that has not ended goes to somebody else:"),
					__("{0} places in cohorts that have not ended go to others:"),
					[seats],
				),
			rows.length && `<ul>${rows.join("")}</ul>`,
			licences &&
				lms.plural(licences, __("1 unused licence goes back."), __("{0} unused licences go back."), [
					licences,
				]),
			__(
				"The training history stays. The synchronization does not bring archived learners back unless HR hires them anew.",
			),
		];
		return lines
			.filter(Boolean)
			.map((line) => (line.startsWith("<ul") ? line : `<p>${line}</p>`))
			.join("");
	}
})();
