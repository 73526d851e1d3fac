const COLOURS = {
	Draft: "gray",
	Requested: "orange",
	Approved: "blue",
	Running: "blue",
	Completed: "green",
	Rejected: "red",
	Failed: "red",
	Aborted: "darkgrey",
};

frappe.listview_settings["LMS Purge Request"] = {
	add_fields: ["status"],
	get_indicator: (doc) => [__(doc.status), COLOURS[doc.status], `status,=,${doc.status}`],
};
