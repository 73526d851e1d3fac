frappe.listview_settings["LMS Course"] = {
	add_fields: ["published", "upcoming", "superseded_by"],
	onload(listview) {
		listview.page.add_inner_button(__("Write courses"), () =>
			window.open("/lms/author", "_blank", "noopener"),
		);
	},

	get_indicator(doc) {
		if (!doc.published) return [__("Draft"), "gray", "published,=,0"];
		if (doc.superseded_by) return [__("Replaced"), "orange", "superseded_by,is,set"];
		if (doc.upcoming) return [__("Upcoming"), "blue", "upcoming,=,1"];
		return [__("Published"), "green", "published,=,1"];
	},
};
