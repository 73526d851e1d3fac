"""Which arguments of the API's methods are texts that are kept, and which only name or ask for something.

A method with a text argument that stands nowhere here fails test_texts. What is kept has a test in test_text_paths,
which sends it the whole way.
"""

STORED: dict[str, tuple[str, ...]] = {
	"batches.withdraw": ("reason",),
	"batches.enroll_members": ("override_reason",),
	"batches.enroll_from_waitlist": ("override_reason",),
	"batches.withdraw_member": ("reason",),
	"certificates.issue": ("reason",),
	"certificates.issue_for_cohort": ("reason",),
	"certificates.revoke": ("reason",),
	"certificates.revoke_failed": ("reason",),
	"certificates.keep_failed": ("reason",),
	"certificates.correct_holder": ("reason",),
	"courses.save_progress": ("position",),
	"courses.finish_lesson": ("position",),
	"enrollment_runs.start_enrollment_run": ("override_reason",),
	"quizzes.save": ("answers",),
	"quizzes.submit": ("answers",),
	"retention.approve_purge": ("note",),
	"retention.reject_purge": ("note",),
	"training.waive": ("reason",),
	"training.cancel": ("reason",),
	"training.extend": ("reason",),
	"training.revoke_licence": ("reason",),
	"training.reassign_licence": ("reason",),
	"training.request_extension": ("reason",),
	"training.decide_reviews": ("reason",),
}

NAMES = frozenset(
	[
		"assignment",
		"assignments",
		"batch",
		"certificate",
		"course",
		"docname",
		"doctype",
		"employee",
		"employees",
		"enrollment",
		"export",
		"field",
		"file_url",
		"from_batch",
		"group",
		"learners",
		"lesson",
		"live_class",
		"member",
		"members",
		"name",
		"names",
		"order",
		"part",
		"profile",
		"records_to_verify",
		"reference_doctype",
		"request",
		"requirement",
		"reviews",
		"row",
		"run",
		"submission",
		"to_batch",
	]
)
"""Arguments that name records or files, in whatever method."""

ASKED = frozenset(
	[
		"as_dict",
		"cache",
		"category",
		"debug",
		"filter_fields",
		"ignore_user_permissions",
		"limit",
		"page_length",
		"query",
		"start",
		"code",
		"day",
		"due_date",
		"filters",
		"medium",
		"search",
		"searchfield",
		"sort",
		"state",
		"statuses",
		"tab",
		"txt",
		"until",
	]
)
"""Arguments that ask for something or choose one of a few words, or are dates."""

NOT_KEPT: dict[str, tuple[str, ...]] = {
	"batches.preview_enrollment": ("override_reason",),
	"desk.search_everything": ("text",),
	"desk.get_state_count": ("states", "workflow_state_field"),
	"desk.get_goal_graph": ("date_field", "goal_doctype", "goal_field"),
	"desk.get_chart": (
		"chart",
		"chart_name",
		"from_date",
		"heatmap_year",
		"time_interval",
		"timespan",
		"to_date",
	),
	"desk.get_report": ("custom_columns", "parent_field", "report_name", "user"),
	"desk.get_report_file": ("custom_columns", "report_name"),
	"desk.toggle_like": ("add",),
	# a tag is a record's name, in which Frappe allows no brackets: test_desk_doors
	"desk.add_tag": ("color", "dn", "dt", "tag"),
	"desk.add_tags": ("color", "docs", "dt", "tags"),
	"desk.remove_tag": ("dn", "dt", "tag"),
	"desk.get_tagged_docs": ("tag",),
	"desk.get_documents_for_tag": ("tag",),
	"desk.follow_document": ("doc_name", "user"),
	"desk.get_follow_users": ("doc_name",),
}
"""Texts that a method takes and does not keep."""
