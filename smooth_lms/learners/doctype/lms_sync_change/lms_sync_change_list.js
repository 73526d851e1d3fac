frappe.listview_settings["LMS Sync Change"] = {
	hide_name_column: true,
	add_fields: ["state"],

	get_indicator(doc) {
		const colors = {
			Planned: "blue",
			Applied: "green",
			Failed: "red",
			Undone: "darkgrey",
			Discarded: "gray",
		};
		return [__(doc.state), colors[doc.state], `state,=,${doc.state}`];
	},
};
