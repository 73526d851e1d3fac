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
	const chosen = report.datatable ? report.get_checked_items(false) : []; // no table without rows
	const enrollments = [...new Set(chosen.map((row) => row.enrollment))];
	if (!enrollments.length) {
		frappe.show_alert({ message: __("Choose rows first."), indicator: "orange" });
		return;
	}
	smooth_lms.ask({
		title,
		fields: [{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 }],
		label,
		async action({ reason }) {
			for (const enrollment of enrollments) {
				await smooth_lms.call(`certificates.${method}`, { enrollment, reason });
			}
			smooth_lms.say(__("{0} decided.", [enrollments.length]));
			report.refresh();
		},
	});
}
