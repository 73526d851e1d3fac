import frappe

from smooth_lms.base.guarded import GuardedDocument


class LMSTrainingDigest(GuardedDocument):
	"""A reminder that somebody got: one a day for each person. Written by `training/reminders.py`."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		day: DF.Date
		escalated: DF.Int
		own: DF.Int
		recipient: DF.Link
		team: DF.Int
	# end: auto-generated types


def on_doctype_update() -> None:
	"""Indexes: one digest for each person and day, whoever sends at the same time."""
	frappe.db.add_unique("LMS Training Digest", ["recipient", "day"], constraint_name="unique_day")
