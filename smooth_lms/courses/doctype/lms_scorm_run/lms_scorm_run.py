import frappe

from smooth_lms.base.guarded import GuardedDocument


class LMSSCORMRun(GuardedDocument):
	"""What a SCORM package told about one person and part. Written by `courses/scorm/run.py`."""


def on_doctype_update() -> None:
	"""Indexes: one row for each enrollment, lesson and part; those that are not decided."""
	frappe.db.add_unique(
		"LMS SCORM Run",
		["enrollment", "lesson", "sco"],
		constraint_name="unique_run",
	)
	frappe.db.add_index("LMS SCORM Run", ["awaits_end"], "scorm_awaits_end")
