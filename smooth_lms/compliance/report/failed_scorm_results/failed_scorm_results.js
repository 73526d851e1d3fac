frappe.query_reports["Failed SCORM Results"] = {
	get_datatable_options: (options) => Object.assign(options, { checkboxColumn: true }),

	onload(report) {
		report.page.add_inner_button(__("Revoke"), () =>
			decide(
				report,
				"revoke_failed",
				__("Revoke the certificate and take the completion back"),
				__("Revoke"),
			),
		);
		report.page.add_inner_button(__("Keep"), () =>
			decide(report, "keep_failed", __("Let the completion stand"), __("Keep")),
		);
	},
};

function decide(report, method, title, label) {
	const chosen = report.get_checked_items(false);
	const enrollments = [...new Set(chosen.map((row) => row.enrollment))];
	if (!enrollments.length) {
		frappe.show_alert({ message: __("Choose rows first."), indicator: "orange" });
		return;
	}
	frappe.prompt(
		[{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 }],
		async ({ reason }) => {
			for (const enrollment of enrollments) {
				await frappe.call(`smooth_lms.api.certificates.${method}`, { enrollment, reason });
			}
			frappe.show_alert({ message: __("{0} decided.", [enrollments.length]), indicator: "green" });
			report.refresh();
		},
		title,
		label,
	);
}
