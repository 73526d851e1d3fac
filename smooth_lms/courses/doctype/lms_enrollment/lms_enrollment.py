import frappe

from smooth_lms.base.guarded import GuardedDocument


class LMSEnrollment(GuardedDocument):
	"""Access of one person to one course, one row for each attempt. Written by `courses/enrollment.py`."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		attempt: DF.Int
		batch: DF.Link | None
		completed_on: DF.Datetime | None
		course: DF.Link
		current_lesson: DF.Link | None
		last_activity: DF.Datetime | None
		licence_state: DF.Literal["None", "Assigned", "Used", "Returned"]
		member: DF.Link
		member_name: DF.Data | None
		progress: DF.Percent
		started_on: DF.Datetime | None
		status: DF.Literal["Not Started", "In Progress", "Completed"]
		withdrawn_on: DF.Datetime | None
	# end: auto-generated types


def on_doctype_update() -> None:
	"""Indexes: one row for each person, course and attempt, and the lists of a cohort."""
	frappe.db.add_unique("LMS Enrollment", ["member", "course", "attempt"], constraint_name="unique_attempt")
	frappe.db.add_index("LMS Enrollment", ["batch", "member"], "batch_member")
	frappe.db.add_index("LMS Enrollment", ["course", "status"], "course_status")
