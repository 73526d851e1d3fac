// {% include "smooth_lms/public/js/desk/training_reports.js" %}

frappe.query_reports["Training Compliance"] = {
	filters: [
		{
			fieldname: "state",
			label: __("How far"),
			fieldtype: "Select",
			options: [
				"", // an empty option object would become "[object Object]"
				{ value: "overdue", label: __("Something overdue") },
				{ value: "waiting", label: __("Time left") },
				{ value: "done", label: __("Everything done") },
			],
		},
		...smooth_lms.reports.filters(),
	],
	onload: (report) => smooth_lms.reports.offer_choices(report),
	formatter: smooth_lms.reports.formatter,
};
