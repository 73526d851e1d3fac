from frappe.model.document import Document

from smooth_lms.cohorts import runs


class LMSEnrollmentRun(Document):
	"""A background enrollment of many people. What it does is in `cohorts/runs.py`."""

	def on_trash(self) -> None:
		runs.forget(self.name)
