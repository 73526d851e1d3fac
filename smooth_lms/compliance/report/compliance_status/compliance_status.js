// {% include "smooth_lms/public/js/desk/training_reports.js" %}

frappe.query_reports["Compliance Status"] = {
	filters: [
		{ fieldname: "company", label: __("Company"), fieldtype: "Link", options: "Company" },
		{
			fieldname: "compliance_type",
			label: __("Compliance type"),
			fieldtype: "Link",
			options: "Compliance Type",
		},
		{
			fieldname: "status",
			label: __("Status"),
			fieldtype: "Select",
			options: ["", "Pending", "In Progress", "Complete", "Expired", "Non-Compliant", "Missing"],
		},
		{ fieldname: "expires_within_days", label: __("Runs out within days"), fieldtype: "Int" },
		{ fieldname: "mandatory", label: __("Mandatory only"), fieldtype: "Check" },
		{ fieldname: "all_rows", label: __("With earlier proofs"), fieldtype: "Check" },
	],
	formatter: smooth_lms.reports.formatter,
};
