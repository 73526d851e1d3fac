import frappe

from smooth_lms.base.guarded import GuardedDocument


class LMSCourseProgress(GuardedDocument):
	"""One person's work on one lesson. Written by `courses/progress.py`."""


def on_doctype_update() -> None:
	"""Indexes: one row for each enrollment and lesson, and who worked on a lesson."""
	frappe.db.add_unique("LMS Course Progress", ["enrollment", "lesson"], constraint_name="unique_lesson")
	frappe.db.add_index("LMS Course Progress", ["lesson", "status"], "lesson_status")
