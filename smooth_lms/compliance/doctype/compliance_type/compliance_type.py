import frappe
from frappe import _
from frappe.utils import escape_html

from smooth_lms.base.guarded import GuardedDocument


class ComplianceType(GuardedDocument):
	"""A kind of proof that employees need, and what counts as one. See `compliance/requirements.py`."""

	def validate(self) -> None:
		for field, rows in (("course", self.courses), ("quiz", self.quizzes)):
			names = [row.get(field) for row in rows]
			twice = next((name for name in names if names.count(name) > 1), None)
			if twice:
				frappe.throw(_("{0} is listed twice: remove one of the rows.").format(escape_html(twice)))
