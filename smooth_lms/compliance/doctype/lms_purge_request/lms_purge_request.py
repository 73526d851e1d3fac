import frappe
from frappe import _

from smooth_lms.base import runs
from smooth_lms.base.guarded import GuardedDocument
from smooth_lms.compliance import purge


class LMSPurgeRequest(GuardedDocument):
	"""The request, approval and record of a purge of training history. See `compliance/purge.py`."""

	def validate(self) -> None:
		self.open_mark = self.open_mark or None
		if self.flags.pop("by_module", False):
			return
		before = self.get_doc_before_save()
		if before and before.status != purge.DRAFT:
			frappe.throw(
				_("A request does not change once it is made: make another one."), frappe.PermissionError
			)
		purge.check_day(self.ended_before)
		# what the functions of `purge.py` write; not even a script says it
		self.status = purge.DRAFT
		for field in purge.DECIDED:
			self.set(field, None)
		if not before:
			self.lines = []


def on_doctype_update() -> None:
	"""Indexes: one purge at a time."""
	runs.add_unique(purge.RUN)
