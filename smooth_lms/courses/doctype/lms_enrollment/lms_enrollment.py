import frappe

from smooth_lms.base.guarded import GuardedDocument


class LMSEnrollment(GuardedDocument):
	"""Access of one person to one course, one row for each attempt. Written by `courses/enrollment.py`."""


def on_doctype_update() -> None:
	"""Indexes: one row for each person, course and attempt, and the lists of a cohort."""
	frappe.db.add_unique("LMS Enrollment", ["member", "course", "attempt"], constraint_name="unique_attempt")
	frappe.db.add_index("LMS Enrollment", ["batch", "member"], "batch_member")
	frappe.db.add_index("LMS Enrollment", ["course", "status"], "course_status")
