import frappe

from smooth_lms.base.guarded import GuardedDocument


class LMSEnrollmentRefusal(GuardedDocument):
	"""A row of an enrollment run that was refused, and why. Written by `cohorts/importing/runs.py`."""


def on_doctype_update() -> None:
	"""The index by which a run finds its rows."""
	frappe.db.add_index("LMS Enrollment Refusal", ["run", "row_no"], "run_row")
