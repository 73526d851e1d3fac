frappe.query_reports["Cohort Roster"] = {
	filters: [
		{ fieldname: "batch", label: __("Cohort"), fieldtype: "Link", options: "LMS Batch" },
		{ fieldname: "company", label: __("Company"), fieldtype: "Autocomplete" },
		{ fieldname: "department", label: __("Department"), fieldtype: "Autocomplete" },
		{
			fieldname: "status",
			label: __("Status"),
			fieldtype: "Select",
			options: ["", "Enrolled", "Waitlisted", "Completed", "Withdrawn"],
		},
	],

	async onload(report) {
		// choices among the people one may see, also for those who may not open companies and departments
		const choices = await frappe.xcall("smooth_lms.api.rosters.get_filters");
		for (const name of ["company", "department"]) {
			report.get_filter(name).set_data(choices[name] || []);
		}
	},

	formatter(value, row, column, data, default_formatter) {
		const colors = { Enrolled: "green", Waitlisted: "orange", Completed: "blue", Withdrawn: "gray" };
		if (column.fieldname === "status" && colors[value]) {
			return `<span class="indicator-pill ${colors[value]}">${__(value)}</span>`;
		}
		if (column.fieldname === "employee" && value && frappe.model.can_read("Employee")) {
			return frappe.utils.get_form_link("Employee", value, true);
		}
		return default_formatter(value, row, column, data);
	},
};
