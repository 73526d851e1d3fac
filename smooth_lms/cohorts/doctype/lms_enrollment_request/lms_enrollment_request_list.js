frappe.listview_settings["LMS Enrollment Request"] = {
	add_fields: ["status"],
	hide_name_column: true,
	get_indicator: (doc) => [
		__(doc.status),
		{ Open: "orange", Approved: "green", Refused: "red", Expired: "gray", Withdrawn: "gray" }[doc.status],
		`status,=,${doc.status}`,
	],
};
