frappe.views.calendar["LMS Batch"] = {
	field_map: {
		start: "start_date",
		end: "end_date",
		id: "name",
		title: "title",
		// cohorts have whole days here: no such field, so that Frappe neither adds hours nor shifts the days
		allDay: "all_day",
		convertToUserTz: "convert",
	},
	order_by: "start_date",
	options: {
		/** A cohort's last day is a day of it; the calendar ends before the day it is given. */
		eventDataTransform: (event) => ({
			...event,
			allDay: true,
			end: moment(event.end_date).add(1, "day").format("YYYY-MM-DD"),
		}),
	},
};
