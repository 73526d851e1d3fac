import frappe

from smooth_lms.base.guarded import GuardedDocument
from smooth_lms.cohorts import live_classes


class LMSLiveClass(GuardedDocument):
	"""A class of a cohort that people join over the network or in a room. See `cohorts/live_classes.py`."""

	def validate(self) -> None:
		live_classes.validate(self)


def on_doctype_update() -> None:
	"""Index: the classes of a cohort in order."""
	frappe.db.add_index("LMS Live Class", ["batch", "date"], "batch_date")
