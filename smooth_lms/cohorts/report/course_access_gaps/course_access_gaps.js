frappe.query_reports["Course Access Gaps"] = {
	filters: [{ fieldname: "batch", label: __("Cohort"), fieldtype: "Link", options: "LMS Batch" }],

	onload(report) {
		// who closes gaps is who runs the cohorts; the server asks again
		if (!frappe.user_roles.some((role) => ["Moderator", "System Manager"].includes(role))) return;
		report.page.add_inner_button(__("Give access"), () => repair(report));
	},
};

function repair(report) {
	const rows = report.data || [];
	const batches = [...new Set(rows.map((row) => row.batch))];
	const people = new Set(rows.map((row) => row.member)).size;
	if (!batches.length) {
		frappe.show_alert({ message: __("There is nothing to repair."), indicator: "green" });
		return;
	}
	const question = smooth_lms.plural(
		people,
		__("Give 1 person access to the courses of their cohort?"),
		__("Give {0} people access to the courses of their cohorts?"),
		[people],
	);
	smooth_lms.confirm(question, async () => {
		let closed = 0;
		for (const batch of batches) {
			const answer = await smooth_lms.call("courses.repair_access", { batch });
			closed += answer.closed;
		}
		smooth_lms.say(
			smooth_lms.plural(closed, __("1 gap is closed."), __("{0} gaps are closed."), [closed]),
		);
		report.refresh();
	});
}
