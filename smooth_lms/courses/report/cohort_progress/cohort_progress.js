frappe.query_reports["Cohort Progress"] = {
	filters: [{ fieldname: "batch", label: __("Cohort"), fieldtype: "Link", options: "LMS Batch", reqd: 1 }],

	onload: (report) => window.smooth_lms.filter_is_set(report.get_filter("batch")),
};
