const COLOURS = {
	Queued: "gray",
	Running: "blue",
	Completed: "green",
	Failed: "red",
	Aborted: "darkgrey",
};

frappe.listview_settings["LMS Audit Export"] = {
	add_fields: ["status"],
	get_indicator: (doc) => [__(doc.status), COLOURS[doc.status], `status,=,${doc.status}`],
};
