import frappe
from frappe import _

from smooth_lms.base.guarded import GuardedDocument
from smooth_lms.compliance.audit import export


class LMSAuditExport(GuardedDocument):
	"""A request for training records, and the file made of them. See `compliance/audit/export.py`."""

	def validate(self) -> None:
		if not self.is_new():
			frappe.throw(_("An export does not change: make another one."), frappe.PermissionError)
		export.start(self)

	def after_insert(self) -> None:
		export.enqueue(self.name)
