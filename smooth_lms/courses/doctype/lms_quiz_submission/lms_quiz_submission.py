import frappe
from frappe import _

from smooth_lms.base.guarded import GuardedDocument
from smooth_lms.exceptions import HistoryError


class LMSQuizSubmission(GuardedDocument):
	"""One attempt at a quiz. Written by `courses/quiz/attempts.py`; nobody changes it once it is submitted."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from smooth_lms.courses.doctype.lms_quiz_result.lms_quiz_result import LMSQuizResult

		answers: DF.LongText | None
		attempt: DF.Int
		batch: DF.Link | None
		compliance_control_id: DF.Data | None
		course: DF.Link | None
		course_version: DF.Int
		deadline: DF.Datetime | None
		ended_by: DF.Literal["", "Learner", "Time limit", "Access ended"]
		enrollment: DF.Link | None
		lesson: DF.Link | None
		max_score: DF.Float
		member: DF.Link | None
		member_name: DF.Data | None
		passed: DF.Check
		passing_percentage: DF.Percent
		percentage: DF.Percent
		quiz: DF.Link | None
		quiz_title: DF.Data | None
		result: DF.Table[LMSQuizResult]
		saved_on: DF.Datetime | None
		score: DF.Float
		sheet: DF.LongText | None
		started_on: DF.Datetime | None
		status: DF.Literal["In Progress", "Submitted"]
		submitted_on: DF.Datetime | None
	# end: auto-generated types

	def validate(self) -> None:
		before = self.get_doc_before_save()
		if before and before.status == "Submitted":
			frappe.throw(_("A submitted attempt is not changed any more."), HistoryError)


def on_doctype_update() -> None:
	"""Indexes: one row for each attempt, what runs out of time, and lists by person and course."""
	frappe.db.add_unique(
		"LMS Quiz Submission", ["enrollment", "quiz", "attempt"], constraint_name="unique_quiz_attempt"
	)
	frappe.db.add_index("LMS Quiz Submission", ["status", "deadline"], "running_out")
	frappe.db.add_index("LMS Quiz Submission", ["member", "quiz"], "member_quiz")
	frappe.db.add_index("LMS Quiz Submission", ["course", "submitted_on"], "course_submitted")
