"""SCORM parts kept one result; each attempt at them is a record of its own now, and a score of 0 is told from none."""

import frappe

from smooth_lms.base.rows import insert_rows, set_value
from smooth_lms.courses.scorm import attempts

FIELDS = (
	"enrollment",
	"member",
	"course",
	"lesson",
	"package",
	"sco",
	"score",
	"total_seconds",
	"success",
	"completion",
)


def execute() -> None:
	"""Give each part that was begun its first attempt, with what is known of it."""
	run, attempt = frappe.qb.DocType("LMS SCORM Run"), frappe.qb.DocType(attempts.DOCTYPE)
	access = frappe.qb.DocType("LMS Enrollment")
	set_value("LMS SCORM Run", {"score": [">", 0], "has_score": 0}, "has_score", 1, update_modified=False)
	rows = (
		frappe.qb.from_(run)
		.left_join(attempt)
		.on(
			(attempt.enrollment == run.enrollment) & (attempt.lesson == run.lesson) & (attempt.sco == run.sco)
		)
		.left_join(access)
		.on(access.name == run.enrollment)
		.select(*(run[field] for field in FIELDS), run.creation, run.has_score, access.batch)
		.where(attempt.name.isnull())
	).run(as_dict=True)
	kept = ("enrollment", "member", "course", "lesson", "package", "sco", "score", "has_score", "batch")
	columns = (*kept, "attempt", "status", "seconds", "started_on")
	insert_rows(
		attempts.DOCTYPE,
		columns,
		[
			(
				*(row[field] for field in kept),
				1,
				attempts.status_of(row.completion, row.success),
				row.total_seconds,
				str(row.creation),
			)
			for row in rows
		],
	)
