// {% include "smooth_lms/public/js/desk/training_reports.js" %}

frappe.query_reports["Licence Use"] = {
	filters: [
		{ fieldname: "course", label: __("Course"), fieldtype: "Link", options: "LMS Course" },
		{ fieldname: "percent", label: __("At least percent in use"), fieldtype: "Int" },
	],
	formatter(value, row, column, data, default_formatter) {
		const { formatter, link, list } = smooth_lms.reports;
		const states = { used: "Used", assigned: "Assigned", returned: "Returned" };
		if (value && data && states[column.fieldname]) {
			const filters = { course: data.course, licence_state: states[column.fieldname] };
			return link(list("LMS Enrollment", filters), String(value));
		}
		if (value && data && column.fieldname === "waiting") {
			const filters = { course: data.course, kind: "No licence is free", state: "Open" };
			return link(list("LMS Training Review", filters), String(value));
		}
		return formatter(value, row, column, data, default_formatter);
	},
};
