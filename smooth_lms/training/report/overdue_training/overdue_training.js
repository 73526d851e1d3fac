// {% include "smooth_lms/public/js/desk/training_reports.js" %}

frappe.query_reports["Overdue Training"] = {
	filters: [
		{ fieldname: "days_overdue", label: __("At least days overdue"), fieldtype: "Int" },
		...smooth_lms.reports.filters().filter((each) => each.fieldname !== "with_left"),
	],
	async onload(report) {
		report.page.add_inner_button(__("Mail me this weekly"), () =>
			smooth_lms.act(() => smooth_lms.reports.subscribe(report)),
		);
		await smooth_lms.reports.offer_choices(report);
	},
	formatter: smooth_lms.reports.formatter,
};

/** Ask for the day of the week on which the report comes by mail. */
smooth_lms.reports.subscribe = async (report) => {
	const now = await smooth_lms.call("training.get_overdue_mail");
	const days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
	const options = days.map((value) => ({ value, label: __(value) }));
	if (now.day) options.unshift({ value: "", label: __("Never: stop the mail") });
	smooth_lms.ask({
		title: __("Mail me this weekly"),
		fields: [
			{
				fieldname: "day",
				fieldtype: "Select",
				label: __("Every"),
				options,
				default: now.day || "Monday",
			},
			{
				fieldname: "help",
				fieldtype: "HTML",
				options: __(
					"You get a mail with this report as a spreadsheet, with the filters as they are now. Weeks without anything overdue bring none.",
				),
			},
		],
		label: __("Save"),
		async action({ day }) {
			await smooth_lms.call("training.set_overdue_mail", { day, filters: report.get_filter_values() });
			smooth_lms.say(day ? __("You get it every {0}.", [__(day)]) : __("You get no mail any more."));
		},
	});
};
