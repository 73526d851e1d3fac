import frappe
from frappe.model.document import Document

from smooth_lms.cohorts import live_classes


class LMSLiveClass(Document):
	"""A class of a cohort that people join over the network or in a room. See `cohorts/live_classes.py`."""

	def validate(self) -> None:
		live_classes.validate(self)


def on_doctype_update() -> None:
	"""Index: the classes of a cohort in order."""
	frappe.db.add_index("LMS Live Class", ["batch", "date"], "batch_date")
