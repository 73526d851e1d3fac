from smooth_lms import __version__
from smooth_lms.marked import _

app_name = "smooth_lms"
app_title = "Smooth LMS"
app_publisher = "Smooth LMS maintainers"
app_description = "The learning management system that follows HR"
app_email = "maintainers@smooth-lms.example"
app_license = "GPL-3.0-or-later"
app_logo_url = "/assets/smooth_lms/images/smooth-lms.svg"
required_apps = ["frappe/erpnext", "frappe/hrms"]
export_python_type_annotations = True

# Set-up: what a site gets and gives back
before_install = "smooth_lms.install.before_install"
after_install = "smooth_lms.install.after_install"
after_migrate = "smooth_lms.install.after_migrate"
setup_wizard_complete = "smooth_lms.setup.learners.after_setup_wizard"
before_uninstall = "smooth_lms.uninstall.before_uninstall"
after_uninstall = "smooth_lms.uninstall.after_uninstall"

# Ways in: the apps screen, the website's menu, the desk
add_to_apps_screen = [
	{
		"name": "smooth_lms",
		"logo": "/assets/smooth_lms/images/smooth-lms.svg",
		"title": _("Smooth LMS"),
		"route": "/lms",
	}
]

# where somebody comes to who signs in on Frappe's own page and does not work at the desk
role_home_page = {"LMS Student": "lms"}

# where employees find themselves without the desk; whoever is signed in there is signed in to the LMS
portal_menu_items = [
	{"title": _("Access Learning"), "route": "/lms", "role": "LMS Student"},
	{"title": _("Access Learning"), "route": "/lms", "role": "Employee Self Service"},
]

website_redirects = [{"source": "/desk/learning", "target": "/app/learning"}]

app_include_js = [
	f"/assets/smooth_lms/js/desk/acting.js?v={__version__}",
	f"/assets/smooth_lms/js/desk/link_filters.js?v={__version__}",
	f"/assets/smooth_lms/js/desk/upload_limits.js?v={__version__}",
]

doctype_js = {"Data Import": "public/js/data_import.js", "Employee": "public/js/employee.js"}
doctype_list_js = {"Employee": "public/js/employee_list.js"}
extend_bootinfo = "smooth_lms.setup.boot.extend"

override_doctype_dashboards = {
	"Employee": "smooth_lms.hr.employee_dashboard.with_learning",
	"User": "smooth_lms.hr.user_dashboard.with_learning",
}

global_search_doctypes = {
	"Default": [
		{"doctype": "LMS Batch"},
		{"doctype": "LMS Course"},
	]
}

jinja = {"methods": ["smooth_lms.compliance.printing", "smooth_lms.compliance.sheet.lms_certificate_sheet"]}

# Rights: what lists show, and the same rule for one document
permission_query_conditions = {
	"File": "smooth_lms.permissions.file_query",
	"Prepared Report": "smooth_lms.permissions.doors.prepared_report_query",
	"LMS Learner": "smooth_lms.permissions.learner_query",
	"LMS Sync Change": "smooth_lms.permissions.sync_change_query",
	"LMS Sync Run": "smooth_lms.permissions.sync_run_query",
	"LMS Batch": "smooth_lms.permissions.batch_query",
	"LMS Batch Enrollment": "smooth_lms.permissions.batch_enrollment_query",
	"LMS Enrollment": "smooth_lms.permissions.enrollment_query",
	"LMS Enrollment Refusal": "smooth_lms.permissions.refusal_query",
	"LMS Enrollment Request": "smooth_lms.permissions.request_query",
	"LMS Enrollment Run": "smooth_lms.permissions.run_query",
	"LMS Payment": "smooth_lms.permissions.payment_query",
	"Course Chapter": "smooth_lms.permissions.chapter_query",
	"Course Lesson": "smooth_lms.permissions.lesson_query",
	"LMS Course": "smooth_lms.permissions.course_query",
	"LMS Course Progress": "smooth_lms.permissions.progress_query",
	"LMS Question": "smooth_lms.permissions.question_query",
	"LMS Quiz": "smooth_lms.permissions.quiz_query",
	"LMS Quiz Submission": "smooth_lms.permissions.submission_query",
	"LMS SCORM Package": "smooth_lms.permissions.package_query",
	"LMS SCORM Attempt": "smooth_lms.permissions.scorm_attempt_query",
	"LMS SCORM Run": "smooth_lms.permissions.scorm_run_query",
	"LMS xAPI Document": "smooth_lms.permissions.xapi_document_query",
	"LMS xAPI Statement": "smooth_lms.permissions.xapi_statement_query",
	"Employee Compliance": "smooth_lms.permissions.compliance_query",
	"LMS Audit Export": "smooth_lms.permissions.export_query",
	"LMS Certificate": "smooth_lms.permissions.certificate_query",
	"LMS Certificate Run": "smooth_lms.permissions.certificate_run_query",
	"LMS Live Class": "smooth_lms.permissions.live_class_query",
	"LMS Live Class Attendance": "smooth_lms.permissions.attendance_query",
	"LMS Training Assignment": "smooth_lms.permissions.assignment_query",
	"LMS Training Review": "smooth_lms.permissions.review_query",
	# rows of child tables
	"Compliance Type Course": "smooth_lms.permissions.rows.compliance_type_course_query",
	"Compliance Type Quiz": "smooth_lms.permissions.rows.compliance_type_quiz_query",
	"Course Instructor": "smooth_lms.permissions.rows.course_instructor_query",
	"Course Lesson Caption": "smooth_lms.permissions.rows.lesson_caption_query",
	"LMS Batch Course": "smooth_lms.permissions.rows.batch_course_query",
	"LMS Batch Timetable": "smooth_lms.permissions.rows.batch_timetable_query",
	"LMS Content Region Country": "smooth_lms.permissions.rows.content_region_country_query",
	"LMS Course Prerequisite": "smooth_lms.permissions.rows.course_prerequisite_query",
	"LMS Field Map": "smooth_lms.permissions.rows.field_map_query",
	"LMS Learner Group": "smooth_lms.permissions.rows.learner_group_query",
	"LMS Learning Profile Role": "smooth_lms.permissions.rows.learning_profile_role_query",
	"LMS Notice Setting": "smooth_lms.permissions.rows.notice_setting_query",
	"LMS Purge Request Line": "smooth_lms.permissions.rows.purge_request_line_query",
	"LMS Question Option": "smooth_lms.permissions.rows.question_option_query",
	"LMS Quiz Pool": "smooth_lms.permissions.rows.quiz_pool_query",
	"LMS Quiz Question": "smooth_lms.permissions.rows.quiz_question_query",
	"LMS Quiz Result": "smooth_lms.permissions.rows.quiz_result_query",
	"LMS SCORM SCO": "smooth_lms.permissions.rows.scorm_part_query",
	"LMS Training Audience": "smooth_lms.permissions.rows.training_audience_query",
	"LMS Training Exception": "smooth_lms.permissions.rows.training_exception_query",
	"LMS Training Requirement Course": "smooth_lms.permissions.rows.requirement_course_query",
}

has_permission = {
	"File": "smooth_lms.permissions.has_file_permission",
	"Prepared Report": "smooth_lms.permissions.doors.has_prepared_report_permission",
	"LMS Learner": "smooth_lms.permissions.has_learner_permission",
	"LMS Sync Change": "smooth_lms.permissions.has_sync_change_permission",
	"LMS Sync Run": "smooth_lms.permissions.has_sync_run_permission",
	"LMS Batch": "smooth_lms.permissions.has_batch_permission",
	"LMS Batch Enrollment": "smooth_lms.permissions.has_person_permission",
	"LMS Enrollment": "smooth_lms.permissions.has_person_permission",
	"LMS Enrollment Refusal": "smooth_lms.permissions.has_owner_permission",
	"LMS Enrollment Request": "smooth_lms.permissions.has_request_permission",
	"LMS Enrollment Run": "smooth_lms.permissions.has_owner_permission",
	"LMS Payment": "smooth_lms.permissions.has_owner_permission",
	"Course Chapter": "smooth_lms.permissions.has_course_part_permission",
	"Course Lesson": "smooth_lms.permissions.has_course_part_permission",
	"LMS Course": "smooth_lms.permissions.has_course_permission",
	"LMS Course Progress": "smooth_lms.permissions.has_person_permission",
	"LMS Question": "smooth_lms.permissions.has_course_part_permission",
	"LMS Quiz": "smooth_lms.permissions.has_course_part_permission",
	"LMS Quiz Submission": "smooth_lms.permissions.has_person_permission",
	"LMS SCORM Package": "smooth_lms.permissions.has_course_part_permission",
	"LMS SCORM Attempt": "smooth_lms.permissions.has_person_permission",
	"LMS SCORM Run": "smooth_lms.permissions.has_person_permission",
	"LMS xAPI Document": "smooth_lms.permissions.has_person_permission",
	"LMS xAPI Statement": "smooth_lms.permissions.has_person_permission",
	"Employee Compliance": "smooth_lms.permissions.has_compliance_permission",
	"LMS Audit Export": "smooth_lms.permissions.has_export_permission",
	"LMS Certificate": "smooth_lms.permissions.has_certificate_permission",
	"LMS Certificate Run": "smooth_lms.permissions.has_owner_permission",
	"LMS Live Class": "smooth_lms.permissions.has_live_class_permission",
	"LMS Live Class Attendance": "smooth_lms.permissions.has_attendance_permission",
	"LMS Training Assignment": "smooth_lms.permissions.has_assignment_permission",
	"LMS Training Review": "smooth_lms.permissions.has_person_permission",
}

# What we add to records and methods of Frappe, ERPNext and Frappe HR; our own controllers say the rest themselves
doc_events = {
	"*": {
		"before_validate": [
			"smooth_lms.base.files.claim",
			"smooth_lms.base.texts.before_validate",
		]
	},
	"Report": {"validate": "smooth_lms.permissions.doors.validate_report"},
	"ToDo": {"validate": "smooth_lms.permissions.doors.validate_todo"},
	"Communication": {"validate": "smooth_lms.permissions.timeline.validate_communication"},
	"Event": {"validate": "smooth_lms.permissions.timeline.validate_event"},
	"Prepared Report": {"before_insert": "smooth_lms.permissions.doors.validate_prepared_report"},
	"Comment": {"validate": "smooth_lms.permissions.timeline.validate_comment"},
	"Document Follow": {"validate": "smooth_lms.permissions.timeline.validate_follow"},
	"Print Format": {"validate": "smooth_lms.base.prints.validate_format"},
	"LMS Settings": {"validate": "smooth_lms.compliance.retention.validate_settings"},
	"Employee": {
		"before_rename": [
			"smooth_lms.hr.employee.before_rename",
			"smooth_lms.compliance.retention.before_merge",
		],
		"before_validate": "smooth_lms.hr.employee.before_validate",
		"validate": "smooth_lms.hr.employee.validate",
		"on_change": "smooth_lms.hr.employee.on_change",
		"after_rename": "smooth_lms.hr.employee.after_rename",
		"on_trash": "smooth_lms.hr.employee.on_trash",
	},
	"Employee Separation": {"on_change": "smooth_lms.hr.employee_separation.on_change"},
	"Address": {"on_change": "smooth_lms.hr.address.on_change"},
	("Department", "Branch", "Cost Center", "Designation", "Company"): {
		"after_rename": "smooth_lms.hr.followed_record.after_rename"
	},
	"User": {
		"on_trash": "smooth_lms.compliance.retention.on_trash",
		"before_rename": [
			"smooth_lms.hr.user.before_rename",
			"smooth_lms.compliance.retention.before_merge",
		],
		"after_rename": "smooth_lms.hr.user.after_rename",
		"on_update": "smooth_lms.hr.user.on_update",
	},
	"Employee Onboarding": {
		"before_insert": "smooth_lms.hr.employee_onboarding.before_insert",
		"on_change": "smooth_lms.hr.employee_onboarding.on_change",
	},
}

override_doctype_class = {
	"Auto Email Report": "smooth_lms.training.subscriptions.ReportByMail",
	"Document Follow": "smooth_lms.permissions.timeline.ReadableFollow",
	"File": "smooth_lms.base.file_record.RecordFile",
}

# where Frappe's own methods show more than the reader may see
override_whitelisted_methods = {
	"frappe.desk.doctype.dashboard_chart.dashboard_chart.get": "smooth_lms.api.desk.get_chart",
	"frappe.desk.doctype.tag.tag.add_tag": "smooth_lms.api.desk.add_tag",
	"frappe.desk.doctype.tag.tag.add_tags": "smooth_lms.api.desk.add_tags",
	"frappe.desk.doctype.tag.tag.get_documents_for_tag": "smooth_lms.api.desk.get_documents_for_tag",
	"frappe.desk.doctype.tag.tag.get_tagged_docs": "smooth_lms.api.desk.get_tagged_docs",
	"frappe.desk.doctype.tag.tag.remove_tag": "smooth_lms.api.desk.remove_tag",
	"frappe.desk.form.document_follow.get_follow_users": "smooth_lms.api.desk.get_follow_users",
	"frappe.desk.like.toggle_like": "smooth_lms.api.desk.toggle_like",
	"frappe.desk.query_report.export_query": "smooth_lms.api.desk.get_report_file",
	"frappe.desk.query_report.get_data_for_custom_field": "smooth_lms.api.desk.get_column",
	"frappe.desk.query_report.run": "smooth_lms.api.desk.get_report",
	"frappe.client.get_count": "smooth_lms.api.desk.get_count",
	"frappe.desk.form.document_follow.follow_document": "smooth_lms.api.desk.follow_document",
	"frappe.email.relink": "smooth_lms.api.desk.relink",
	"frappe.desk.form.linked_with.get": "smooth_lms.api.desk.get_linked_docs",
	"frappe.desk.listview.get_group_by_count": "smooth_lms.api.desk.get_group_by_count",
	"frappe.desk.reportview.get": "smooth_lms.api.desk.get_rows",
	"frappe.desk.reportview.get_list": "smooth_lms.api.desk.get_plain_rows",
	"frappe.desk.search.get_link_title": "smooth_lms.api.desk.get_link_title",
	"frappe.desk.search.search_link": "smooth_lms.api.desk.search_link",
	"frappe.desk.search.search_widget": "smooth_lms.api.desk.search_widget",
	"frappe.utils.global_search.search": "smooth_lms.api.desk.search_everything",
	"frappe.utils.goal.get_monthly_goal_graph_data": "smooth_lms.api.desk.get_goal_graph",
	"frappe.workflow.doctype.workflow.workflow.get_workflow_state_count": "smooth_lms.api.desk.get_state_count",
}

# Requests, jobs and the clock
website_path_resolver = ["smooth_lms.portal.resolver.resolve"]

page_renderer = [
	"smooth_lms.portal.renderer.PortalPage",
	"smooth_lms.courses.scorm.content.ScormContent",
	"smooth_lms.courses.uploads.FileUpload",
]

before_request = [
	"smooth_lms.base.nesting.before_request",
	"smooth_lms.portal.resolver.skip_rules",
	"smooth_lms.courses.scorm.content.guard_host",
	"smooth_lms.courses.scorm.content.take_commit",
	"smooth_lms.permissions.doors.close_expansion",
	"smooth_lms.permissions.doors.close_other_paths",
	"smooth_lms.permissions.doors.close_lists_of_one",
	"smooth_lms.permissions.joined.close_joins",
	"smooth_lms.base.exports.before_request",
	"smooth_lms.base.prints.before_request",
]

after_request = [
	"smooth_lms.courses.files.keep_from_running",
	"smooth_lms.base.exports.after_request",
	"smooth_lms.base.nesting.after_request",
	"smooth_lms.permissions.doors.say_refusals",
]

before_job = ["smooth_lms.permissions.timeline.before_job"]
on_session_creation = [
	"smooth_lms.cohorts.confirmation.on_session_creation",
	"smooth_lms.base.notices.ledger.on_session_creation",
]
pdf_body_html = "smooth_lms.base.prints.body"

scheduler_events = {
	"cron": {
		"*/5 * * * *": ["smooth_lms.cohorts.offers.pass_on", "smooth_lms.cohorts.telling.scheduled"],
		"*/15 * * * *": [
			"smooth_lms.base.runs.sweep_runs",
			"smooth_lms.courses.scorm.run.settle_left",
			"smooth_lms.learners.events.sweep_news",
			"smooth_lms.training.reminders.scheduled",
			"smooth_lms.cohorts.requests.running_out.sweep_requests",
		],
	},
	"hourly_long": [
		"smooth_lms.setup.health.sizes.remember_limit",
		"smooth_lms.learners.sync.schedule.hourly",
		"smooth_lms.cohorts.confirmation.send_held",
		"smooth_lms.base.notices.delivery.release_ready",
		"smooth_lms.cohorts.completion.complete_due",
		"smooth_lms.courses.quiz.attempts.close_expired",
		"smooth_lms.compliance.evidence.make_left_over",
	],
	"daily_long": [
		"smooth_lms.courses.uploads.remove_abandoned",
		"smooth_lms.courses.builder.removal.forget_removed",
		"smooth_lms.compliance.records.update_statuses",
		"smooth_lms.training.runs.start.nightly",
	],
}

# Our own hooks, what the app is told of its rooms: other apps may add to them

# what fields with files take: base/file_kinds.py
smooth_lms_file_kinds = {
	"LMS Batch.image": "smooth_lms.base.file_kinds.PICTURE",
	"LMS Course.image": "smooth_lms.base.file_kinds.PICTURE",
	"Employee Compliance.evidence": "smooth_lms.base.file_kinds.EVIDENCE",
	"LMS Certificate Design.logo": "smooth_lms.base.file_kinds.PICTURE",
	"LMS Certificate Design.seal": "smooth_lms.base.file_kinds.PICTURE",
	"LMS Certificate Design.signature": "smooth_lms.base.file_kinds.PICTURE",
}

# what a site's set-up may lack: base/health.py
smooth_lms_health_checks = {
	"database": [
		"smooth_lms.setup.health.addresses.host_name",
		"smooth_lms.setup.health.addresses.content_host",
		"smooth_lms.setup.health.background.scheduler_enabled",
		"smooth_lms.setup.health.background.late_jobs",
		"smooth_lms.setup.health.background.mail_account",
		"smooth_lms.learners.account_switch.health_check",
	],
	"machine": [
		"smooth_lms.setup.health.addresses.site_answers",
		"smooth_lms.setup.health.addresses.content_host_answers",
		"smooth_lms.setup.health.sizes.site_limit",
		"smooth_lms.setup.health.sizes.server_limit",
		"smooth_lms.setup.health.background.scheduler_paused",
		"smooth_lms.setup.health.background.scheduler_runs",
		"smooth_lms.setup.health.background.workers",
		"smooth_lms.setup.health.programs.pdf_program",
		"smooth_lms.setup.health.programs.fonts",
	],
}

# every kind of background run: swept, stopped and continued by base/runs.py
smooth_lms_runs = [
	"smooth_lms.cohorts.importing.runs.RUN",
	"smooth_lms.compliance.audit.export.RUN",
	"smooth_lms.compliance.certificate_runs.RUN",
	"smooth_lms.compliance.purge.RUN",
	"smooth_lms.learners.sync.run.RUN",
	"smooth_lms.training.runs.work.RUN",
]

# what people are told about: base/notices/events.py
smooth_lms_notices = [
	"smooth_lms.cohorts.notices.EVENTS",
	"smooth_lms.training.notices.EVENTS",
	"smooth_lms.learners.notices.EVENTS",
	"smooth_lms.courses.notices.EVENTS",
]

# who reads what they are told: where, in which language and by which clock
smooth_lms_notice_readers = ["smooth_lms.people.readers.readers"]

# what refuses the deletion of our own records: base/guarded.py
smooth_lms_deletion_rules = ["smooth_lms.compliance.retention.on_trash"]

# who is shown a text, and may have the private pictures in it
smooth_lms_text_readers = {
	"Course Lesson": "smooth_lms.courses.shown_texts.in_lesson",
	"LMS Batch": "smooth_lms.cohorts.shown_texts.in_cohort",
	"LMS Course": "smooth_lms.courses.shown_texts.in_course",
	"LMS Question": "smooth_lms.courses.shown_texts.in_question",
}

# with the name of an LMS Enrollment: courses/completion.py
smooth_lms_course_started = ["smooth_lms.training.assignments.status.on_course_started"]
# with the name of an LMS Course, while it is saved
smooth_lms_course_unpublished = ["smooth_lms.cohorts.course_use.on_course_unpublished"]
# with the name of an LMS Quiz Submission, passed or not
smooth_lms_quiz_submitted = ["smooth_lms.compliance.records.on_quiz_submitted"]

# with the name of an LMS Enrollment, once for each
smooth_lms_course_completed = [
	"smooth_lms.cohorts.completion.on_course_completed",
	"smooth_lms.training.assignments.status.on_course_completed",
	"smooth_lms.compliance.certificates.on_course_completed",
]

# a completed course whose lesson has failed since goes back, unless one of these says that something rests on it
smooth_lms_completion_rests = [
	"smooth_lms.cohorts.completion.rests_on",
	"smooth_lms.training.assignments.status.rests_on",
	"smooth_lms.compliance.certificates.rests_on",
]

# with the names of LMS Certificates
smooth_lms_certificates_issued = ["smooth_lms.training.assignments.proofs.on_certificates_issued"]

# with course and member: a sentence why somebody cannot leave, or None
smooth_lms_course_leaving = [
	"smooth_lms.training.assignments.ledger.why_not_left",
	"smooth_lms.cohorts.course_use.why_not_left",
]

# with members and courses: the pairs that stay open when a cohort ends its access
smooth_lms_courses_kept = ["smooth_lms.training.assignments.ledger.open_courses"]
# with the name of an LMS Course
smooth_lms_licences_bought = ["smooth_lms.training.licence_stock.changed"]
# with the name of an LMS Course, within the transaction that gives licences back
smooth_lms_licences_freed = ["smooth_lms.training.licence_stock.freed"]

# what names an Employee or a User goes with them: learners/
smooth_lms_employees_moved = [
	"smooth_lms.cohorts.moved.on_employees_moved",
	"smooth_lms.training.assignments.moved.on_employees_moved",
	"smooth_lms.compliance.moved.on_employees_moved",
]

smooth_lms_people_renamed = ["smooth_lms.cohorts.moved.on_people_renamed"]
# HR's news about learners, with Users: learners/announce.py
smooth_lms_learners_joined = ["smooth_lms.training.newcomers.joined"]
smooth_lms_learners_changed = ["smooth_lms.training.newcomers.changed"]
smooth_lms_learners_left = ["smooth_lms.training.newcomers.changed"]

# Personal data

# whom the record is about; names are made unreadable when a Personal Data Deletion Request is carried out, and the
# account is renamed, so that the history stays without saying whose it is
user_data_fields = [
	{"doctype": "LMS Batch Enrollment", "filter_by": "member", "redact_fields": ["member_name"]},
	{"doctype": "LMS Certificate", "filter_by": "member", "redact_fields": ["member_name"]},
	{"doctype": "LMS Enrollment", "filter_by": "member", "redact_fields": ["member_name"]},
	{
		"doctype": "LMS Enrollment Request",
		"filter_by": "member",
		"redact_fields": ["member_name", "reason", "decision_reason"],
	},
	{"doctype": "LMS Live Class Attendance", "filter_by": "member", "redact_fields": ["member_name", "note"]},
	{"doctype": "LMS Quiz Submission", "filter_by": "member", "redact_fields": ["member_name"]},
	{"doctype": "LMS Training Assignment", "filter_by": "member", "redact_fields": []},
	{"doctype": "Employee Compliance", "filter_by": "member", "redact_fields": ["employee_name", "remarks"]},
]

default_log_clearing_doctypes = {"LMS Notice": 1_095, "LMS Sync Change": 365}

# what was told, and who wants to hear what, keeps nobody from being deleted
ignore_links_on_delete = ["LMS Notice", "LMS Notice Choice"]
