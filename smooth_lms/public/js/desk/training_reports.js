// What the training reports share: filters by the place in the company, links and colours in cells.
frappe.provide("smooth_lms.reports");

smooth_lms.reports.TONES = {
	good: "green",
	waiting: "blue",
	warning: "orange",
	bad: "red",
	absent: "purple",
	plain: "gray",
};

/** Filters about people, and about what is required of them. */
smooth_lms.reports.filters = () => [
	{ fieldname: "requirement", label: __("Requirement"), fieldtype: "Autocomplete" },
	{ fieldname: "course", label: __("Course"), fieldtype: "Autocomplete" },
	{ fieldname: "company", label: __("Company"), fieldtype: "Autocomplete" },
	{ fieldname: "department", label: __("Department"), fieldtype: "Autocomplete" },
	{ fieldname: "designation", label: __("Designation"), fieldtype: "Autocomplete" },
	{ fieldname: "branch", label: __("Branch"), fieldtype: "Autocomplete" },
	{ fieldname: "manager", label: __("Manager"), fieldtype: "Autocomplete" },
	{ fieldname: "whole_team", label: __("Also the teams below"), fieldtype: "Check" },
	{ fieldname: "with_left", label: __("Also people who have left"), fieldtype: "Check" },
];

/** Offer the values that occur among the people one may see. */
smooth_lms.reports.offer_choices = async (report) => {
	const choices = await frappe.xcall("smooth_lms.api.training.get_report_choices");
	for (const [name, values] of Object.entries(choices)) {
		const filter = report.get_filter(name);
		if (filter && filter.df.fieldtype === "Autocomplete") filter.set_data(values);
	}
};

/** The address of a list with filters. */
smooth_lms.reports.list = (doctype, filters) => {
	const asked = Object.entries(filters).map(([key, value]) => {
		const text = Array.isArray(value) ? JSON.stringify(value) : value;
		return `${key}=${encodeURIComponent(text)}`;
	});
	return `${frappe.router.make_url([frappe.router.slug(doctype)])}?${asked.join("&")}`;
};

smooth_lms.reports.link = (address, text) =>
	`<a href="${frappe.utils.escape_html(address)}">${frappe.utils.escape_html(text)}</a>`;

/** Who is the row about, and where does one read on; a column says with `tone` which field holds its colour. */
smooth_lms.reports.formatter = (value, row, column, data, default_formatter) => {
	const { link, list, TONES } = smooth_lms.reports;
	if (value === null || value === undefined || value === "" || !data)
		return default_formatter(value, row, column, data);
	const name = column.fieldname;
	if (name === "employee" && frappe.model.can_read("Employee"))
		return frappe.utils.get_form_link("Employee", value, true);
	if (name === "member_name" && data.member)
		return link(list("LMS Training Assignment", { member: data.member }), value);
	if (name === "course_title" && data.course && frappe.model.can_read("LMS Course"))
		return link(frappe.utils.get_form_link("LMS Course", data.course), value);
	const tone = column.tone && (data[column.tone]?.[name] || data[column.tone]);
	if (!tone) return default_formatter(value, row, column, data);
	const text = column.drill_down
		? link(list("LMS Training Assignment", { member: data.member, ...column.drill_down }), String(value))
		: frappe.utils.escape_html(String(value));
	return `<span class="indicator ${TONES[tone]}">${text}</span>`;
};
