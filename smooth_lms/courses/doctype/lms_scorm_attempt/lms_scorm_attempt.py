import frappe

from smooth_lms.base.guarded import GuardedDocument


class LMSSCORMAttempt(GuardedDocument):
	"""One attempt of one person at a part of a SCORM package. Written by `courses/scorm/attempts.py`."""


def on_doctype_update() -> None:
	"""Indexes: one row for each attempt of an enrollment at a part."""
	frappe.db.add_unique(
		"LMS SCORM Attempt",
		["enrollment", "lesson", "sco", "attempt"],
		constraint_name="unique_scorm_attempt",
	)
