frappe.ui.form.on("LMS Batch", {
	async onload(frm) {
		window.smooth_lms.begin_empty(frm, "company");
		await frappe.require("/assets/smooth_lms/js/desk/audience.js");
		window.smooth_lms.choose_audience(frm);
	},

	setup(frm) {
		frm.set_query("instructors", () => ({ filters: { enabled: 1 } }));
	},

	refresh(frm) {
		set_timezones(frm);
		window.smooth_lms.show_upload_limits(frm);
		if (frm.is_new()) {
			return;
		}
		show_seats(frm);
		show_people(frm);
		add_actions(frm);
		add_audience(frm);
	},
});

async function set_timezones(frm) {
	const answer = await frappe.xcall("frappe.core.doctype.user.user.get_timezones");
	frm.fields_dict.timezone.set_data(answer.timezones);
}

function show_seats(frm) {
	const { seat_count, seats_taken, seats_held, waitlist_count } = frm.doc;
	const seats = seat_count
		? __("{0} / {1} seats", [seats_taken, seat_count])
		: __("{0} enrolled, no limit", [seats_taken]);
	const full = seat_count && seats_taken + seats_held >= seat_count;
	frm.dashboard.add_indicator(seats, full ? "red" : "green");
	if (frm.doc.minimum_count > seats_taken) {
		frm.dashboard.add_indicator(__("At least {0} needed", [frm.doc.minimum_count]), "orange");
	}
	if (seats_held) {
		frm.dashboard.add_indicator(__("{0} held", [seats_held]), "orange");
	}
	if (waitlist_count) {
		frm.dashboard.add_indicator(__("{0} on the waitlist", [waitlist_count]), "orange");
	}
	const [label, color] = frappe.get_indicator(frm.doc) || [];
	if (label) {
		frm.page.set_indicator(label, color);
	}
}

async function show_people(frm) {
	await frappe.require("/assets/smooth_lms/js/desk/cohort_people.js");
	new window.smooth_lms.CohortPeople(frm);
}

async function add_audience(frm) {
	if (!frm.perm[0]?.write) return;
	await frappe.require("/assets/smooth_lms/js/desk/audience.js");
	window.smooth_lms.show_audience(frm);
}

function copy(frm) {
	smooth_lms.ask({
		title: __("Copy this cohort to other days"),
		fields: [
			{
				fieldname: "help",
				fieldtype: "HTML",
				options: `<p>${__(
					"The copy has the same courses, timetable, live classes and texts, as many days later as its start. It is not published and nobody is in it. Links of live classes are left out.",
				)}</p>`,
			},
			{ fieldname: "title", fieldtype: "Data", label: __("Title"), reqd: 1, default: frm.doc.title },
			{ fieldname: "start_date", fieldtype: "Date", label: __("Start date"), reqd: 1 },
		],
		label: __("Copy"),
		async action({ title, start_date }) {
			const made = await smooth_lms.call("cohorts.copy", { batch: frm.doc.name, title, start_date });
			frappe.set_route("Form", "LMS Batch", made);
		},
	});
}

function add_actions(frm) {
	if (!frappe.user.has_role(["Moderator", "System Manager", "HR Manager", "HR User"])) {
		return;
	}
	frm.add_custom_button(__("Enroll employees"), async () => {
		await frappe.require([
			"/assets/smooth_lms/js/desk/enrollment_run.js",
			"/assets/smooth_lms/js/desk/enroll_employees.js",
		]);
		new window.smooth_lms.EnrollEmployees(frm);
	}).addClass("btn-primary");
	frm.add_custom_button(__("Import from file"), async () => {
		await frappe.require([
			"/assets/smooth_lms/js/desk/enrollment_run.js",
			"/assets/smooth_lms/js/desk/import_enrollments.js",
		]);
		window.smooth_lms.import_enrollments({ batch: frm.doc.name, on_end: () => frm.reload_doc() });
	});
	if (frappe.user.has_role(["Moderator", "System Manager"])) {
		frm.add_custom_button(__("Copy"), () => copy(frm));
	}
	frm.add_custom_button(
		__("Roster"),
		() => frappe.set_route("query-report", "Cohort Roster", { batch: frm.doc.name }),
		__("View"),
	);
	frm.add_custom_button(
		__("Headcount check"),
		() => frappe.set_route("query-report", "Headcount vs Enrollment", { batch: frm.doc.name }),
		__("View"),
	);
	frm.add_custom_button(
		__("Attendance"),
		() => window.open(`/lms/batches/${encodeURIComponent(frm.doc.name)}/attendance`),
		__("View"),
	);
	if (frm.doc.published) {
		frm.add_custom_button(
			__("Portal page"),
			() => window.open(`/lms/batches/${encodeURIComponent(frm.doc.name)}`),
			__("View"),
		);
	}
}
