const COLOURS = {
	Pending: "gray",
	"In Progress": "blue",
	Complete: "green",
	Expired: "orange",
	"Non-Compliant": "red",
};

frappe.listview_settings["Employee Compliance"] = {
	add_fields: ["status"],
	hide_name_column: true,
	get_indicator: (doc) => [__(doc.status), COLOURS[doc.status], `status,=,${doc.status}`],
};
