// {% include "smooth_lms/public/js/desk/training_reports.js" %}

frappe.query_reports["Recertification Due"] = {
	filters: [
		{ fieldname: "within_days", label: __("Due within days"), fieldtype: "Int", default: 90 },
		{
			fieldname: "state",
			label: __("Standing"),
			fieldtype: "Select",
			options: [
				"", // an empty option object would become "[object Object]"
				{ value: "overdue", label: __("Overdue") },
				{ value: "open", label: __("Can be renewed") },
				{ value: "later", label: __("Still valid") },
			],
		},
		...smooth_lms.reports.filters().filter((each) => each.fieldname !== "with_left"),
	],
	onload: (report) => smooth_lms.reports.offer_choices(report),
	formatter: smooth_lms.reports.formatter,
};
