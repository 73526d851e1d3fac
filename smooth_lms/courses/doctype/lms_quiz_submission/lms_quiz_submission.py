import frappe
from frappe import _

from smooth_lms.base.guarded import GuardedDocument
from smooth_lms.exceptions import HistoryError


class LMSQuizSubmission(GuardedDocument):
	"""One attempt at a quiz. Written by `courses/quiz/attempts.py`; nobody changes it once it is submitted."""

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
