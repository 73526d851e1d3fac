frappe.query_reports["Cohort Progress"] = {
	filters: [{ fieldname: "batch", label: __("Cohort"), fieldtype: "Link", options: "LMS Batch", reqd: 1 }],
};
