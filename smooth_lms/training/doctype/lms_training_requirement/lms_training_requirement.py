import frappe
from frappe.model.document import Document
from frappe.utils import now_datetime

from smooth_lms import permissions
from smooth_lms.base.guarded import GuardedDocument, came_by_generic_door
from smooth_lms.training import activation
from smooth_lms.training.requirement import check


class LMSTrainingRequirement(GuardedDocument):
	"""A rule: who has to take which courses, by when, and how often. Carried out by `training/assignments/assign.py`."""

	def validate(self) -> None:
		if not self.flags.by_function:
			# set by Activate and Stop, which ask first; not even by a script
			before = self.get_doc_before_save()
			for field, draft in {"active": 0, "frozen": 0, "frozen_reason": None}.items():
				self.set(field, before.get(field) if before else draft)
		if came_by_generic_door(self):
			self.refuse_own_exceptions()
		self.responsible = self.responsible or frappe.session.user
		for row in self.exceptions:
			row.added_by = row.added_by or frappe.session.user
			row.added_on = row.added_on or now_datetime()
		check.check(self)

	def refuse_own_exceptions(self) -> None:
		"""Nobody lets themself off, or off for longer."""
		before = self.get_doc_before_save()
		known = {(row.member, str(row.until or "")) for row in _exempt(before)}
		for row in _exempt(self):
			if (row.member, str(row.until or "")) not in known:
				permissions.require_others([row.member])

	def on_update(self) -> None:
		if self.active and not self.flags.by_function:
			activation.changed(self)


def _exempt(doc: Document | None) -> list[Document]:
	return [row for row in doc.exceptions if row.effect == "Exempt"] if doc else []
