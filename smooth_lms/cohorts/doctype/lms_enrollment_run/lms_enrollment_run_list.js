frappe.listview_settings["LMS Enrollment Run"] = {
	get_indicator(doc) {
		const colors = {
			Queued: "gray",
			Running: "orange",
			Completed: "green",
			Failed: "red",
			Aborted: "darkgrey",
		};
		return [__(doc.status), colors[doc.status], `status,=,${doc.status}`];
	},
};
