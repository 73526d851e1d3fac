import frappe

from smooth_lms.base.guarded import GuardedDocument


class LMSCourseProgress(GuardedDocument):
	"""One person's work on one lesson. Written by `courses/progress.py`."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		completed_on: DF.Datetime | None
		course: DF.Link | None
		enrollment: DF.Link
		lesson: DF.Link
		member: DF.Link | None
		position: DF.SmallText | None
		seconds: DF.Int
		started_on: DF.Datetime | None
		status: DF.Literal["In Progress", "Completed"]
	# end: auto-generated types


def on_doctype_update() -> None:
	"""Indexes: one row for each enrollment and lesson, and who worked on a lesson."""
	frappe.db.add_unique("LMS Course Progress", ["enrollment", "lesson"], constraint_name="unique_lesson")
	frappe.db.add_index("LMS Course Progress", ["lesson", "status"], "lesson_status")
