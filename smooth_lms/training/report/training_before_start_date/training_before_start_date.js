// {% include "smooth_lms/public/js/desk/training_reports.js" %}

frappe.query_reports["Training before Start Date"] = {
	filters: [
		{
			fieldname: "joined_from",
			label: __("First day from"),
			fieldtype: "Date",
			default: frappe.datetime.add_months(frappe.datetime.get_today(), -6),
		},
		{ fieldname: "joined_to", label: __("First day up to"), fieldtype: "Date" },
		{
			fieldname: "state",
			label: __("Completed"),
			fieldtype: "Select",
			options: [
				"", // an empty option object would become "[object Object]"
				{ value: "before", label: __("Before the start") },
				{ value: "time_left", label: __("Not done, time left") },
				{ value: "after", label: __("After the start") },
				{ value: "missing", label: __("Not done") },
			],
		},
		...smooth_lms.reports.filters(),
	],
	onload: (report) => smooth_lms.reports.offer_choices(report),
	formatter: smooth_lms.reports.formatter,
};
