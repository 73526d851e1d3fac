// {% include "smooth_lms/public/js/desk/training_reports.js" %}

frappe.query_reports["Training Hours"] = {
	filters: [
		{
			fieldname: "year",
			label: __("Year"),
			fieldtype: "Int",
			default: Number(frappe.datetime.get_today().slice(0, 4)),
		},
		...smooth_lms.reports.filters().filter((each) => !["requirement", "course"].includes(each.fieldname)),
	],
	onload: (report) => smooth_lms.reports.offer_choices(report),
	formatter: smooth_lms.reports.formatter,
};
