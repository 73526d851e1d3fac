frappe.listview_settings["LMS Batch"] = {
	hide_name_column: true,
	add_fields: [
		"published",
		"start_date",
		"start_time",
		"end_date",
		"end_time",
		"timezone",
		"seat_count",
		"seats_taken",
		"waitlist_count",
	],

	get_indicator(doc) {
		if (!doc.published) {
			return [__("Draft"), "gray", "published,=,0"];
		}
		// a cohort starts and ends by the clock of its own place; "9:00:00" is no ISO time and wants its format
		const moment_of = (day, clock) =>
			moment.tz(`${day} ${clock}`, "YYYY-MM-DD H:mm:ss", doc.timezone || frappe.boot.time_zone.system);
		const start = moment_of(doc.start_date, doc.start_time || "00:00:00");
		const end = moment_of(doc.end_date, doc.end_time || "23:59:59");
		const now = moment();
		if (now.isBefore(start)) {
			return [__("Upcoming"), "blue", "published,=,1|start_date,>=,Today"];
		}
		if (now.isBefore(end)) {
			return [__("Running"), "green", "published,=,1|start_date,<=,Today|end_date,>=,Today"];
		}
		return [__("Ended"), "darkgrey", "published,=,1|end_date,<=,Today"];
	},

	formatters: {
		seats_taken(value, _df, doc) {
			const seats = doc.seat_count ? `${value || 0} / ${doc.seat_count}` : `${value || 0}`;
			const waiting = doc.waitlist_count
				? ` <span class="text-muted">+${doc.waitlist_count}</span>`
				: "";
			const title = doc.waitlist_count
				? __("{0} on the waitlist", [doc.waitlist_count])
				: __("Seats taken");
			return `<span title="${title}">${seats}${waiting}</span>`;
		},
	},
};
