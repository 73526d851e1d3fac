frappe.query_reports["Headcount vs Enrollment"] = {
	filters: [
		{ fieldname: "batch", label: __("Cohort"), fieldtype: "Link", options: "LMS Batch", reqd: 1 },
		{
			fieldname: "what",
			label: __("Only"),
			fieldtype: "Select",
			options: ["", "Missing", "Not expected"],
		},
		{ fieldname: "company", label: __("Company"), fieldtype: "Autocomplete" },
		{ fieldname: "department", label: __("Department"), fieldtype: "Autocomplete" },
		{ fieldname: "designation", label: __("Designation"), fieldtype: "Autocomplete" },
		{ fieldname: "branch", label: __("Branch"), fieldtype: "Autocomplete" },
		{ fieldname: "joined_from", label: __("Joined from"), fieldtype: "Date" },
		{ fieldname: "joined_to", label: __("Joined up to"), fieldtype: "Date" },
		{ fieldname: "manager", label: __("Manager"), fieldtype: "Autocomplete" },
		{ fieldname: "whole_team", label: __("Also the teams below"), fieldtype: "Check" },
	],

	async onload(report) {
		// choices among the people one may see, also for those who may not open companies and departments
		const choices = await frappe.xcall("smooth_lms.api.rosters.get_filters");
		for (const name of ["company", "department", "designation", "branch", "manager"]) {
			report.get_filter(name).set_data(choices[name] || []);
		}
		await window.smooth_lms.filter_is_set(report.get_filter("batch"));
	},

	formatter(value, row, column, data, default_formatter) {
		if (column.fieldname === "employee" && value && frappe.model.can_read("Employee")) {
			return frappe.utils.get_form_link("Employee", value, true);
		}
		return default_formatter(value, row, column, data);
	},
};
