frappe.listview_settings["LMS Certificate"] = {
	add_fields: ["status", "expiry_date"],
	hide_name_column: true,
	get_indicator(doc) {
		if (doc.status !== "Valid") return [__(doc.status), "red", `status,=,${doc.status}`];
		if (doc.expiry_date && doc.expiry_date < frappe.datetime.get_today()) {
			return [__("Expired"), "orange", "status,=,Valid|expiry_date,<,Today"];
		}
		return [__("Valid"), "green", "status,=,Valid"];
	},
	onload(listview) {
		if (!frappe.user.has_role(["Moderator", "System Manager"])) return;
		listview.page.add_inner_button(__("Issue for a cohort"), issue_for_cohort);
	},
};

function issue_for_cohort() {
	smooth_lms.ask({
		title: __("Certificates for everybody who completed a course"),
		fields: [
			{ fieldname: "batch", fieldtype: "Link", options: "LMS Batch", label: __("Cohort"), reqd: 1 },
			{
				fieldname: "course",
				fieldtype: "Link",
				options: "LMS Course",
				label: __("Course"),
				description: __("Empty: every course of the cohort that issues certificates."),
			},
		],
		label: __("Issue"),
		async action(values) {
			const run = await smooth_lms.call("certificates.issue_for_cohort", values);
			frappe.set_route("Form", "LMS Certificate Run", run);
		},
	});
}
