frappe.query_reports["Cohort Progress"] = {
	filters: [
		{ fieldname: "batch", label: __("Cohort"), fieldtype: "Link", options: "LMS Batch", reqd: 1 },
		{
			fieldname: "standing",
			label: __("Standing"),
			fieldtype: "Select",
			options: ["", "Not Started", "In Progress", "Completed"],
		},
	],
};
