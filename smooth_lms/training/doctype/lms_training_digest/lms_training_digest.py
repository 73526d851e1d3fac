import frappe

from smooth_lms.base.guarded import GuardedDocument


class LMSTrainingDigest(GuardedDocument):
	"""A reminder that somebody got: one a day for each person. Written by `training/reminders.py`."""


def on_doctype_update() -> None:
	"""Indexes: one digest for each person and day, whoever sends at the same time."""
	frappe.db.add_unique("LMS Training Digest", ["recipient", "day"], constraint_name="unique_day")
