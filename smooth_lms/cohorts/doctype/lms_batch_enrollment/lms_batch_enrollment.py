from typing import Any

import frappe
from frappe import _
from frappe.utils import now_datetime

from smooth_lms.base.guarded import GuardedDocument
from smooth_lms.cohorts import enrollment, withdrawal
from smooth_lms.cohorts.admission import COMPLETED, ENROLLED, WAITLISTED, WITHDRAWN
from smooth_lms.exceptions import AlreadyEnrolledError

CHANGES = {
	ENROLLED: (COMPLETED, WITHDRAWN),
	WAITLISTED: (ENROLLED, WITHDRAWN),
	COMPLETED: (ENROLLED,),
	WITHDRAWN: (ENROLLED,),
}
"""Which status may follow which."""


class LMSBatchEnrollment(GuardedDocument):
	"""A seat in a cohort. What may happen to it is decided by `cohorts/enrollment.py`."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		batch: DF.Link
		confirmation_due: DF.Check
		confirmation_email_error: DF.SmallText | None
		confirmation_email_sent: DF.Check
		employee: DF.Link | None
		enrolled_on: DF.Datetime | None
		member: DF.Link
		member_name: DF.Data | None
		member_type: DF.Literal["", "Employee", "Contractor", "External"]
		offered_until: DF.Datetime | None
		overridden_by: DF.Link | None
		overridden_rules: DF.Data | None
		override_reason: DF.SmallText | None
		payment: DF.Link | None
		source: DF.Literal["Desk", "Portal", "API", "Data Import", "HR", "Rule"]
		status: DF.Literal["Enrolled", "Waitlisted", "Completed", "Withdrawn"]
		waitlist_position: DF.Int
		withdrawal_reason: DF.SmallText | None
		withdrawn_on: DF.Datetime | None
	# end: auto-generated types

	def get_invalid_links(self, *args: Any, **kwargs: Any) -> tuple[list, list]:
		"""As Frappe's, without the cohort and the member: the rules refuse those with a sentence of their own."""
		named = {field: self.get(field) for field in ("batch", "member")}
		missing, cancelled = super().get_invalid_links(*args, **kwargs)
		for field, *_rest in missing:
			if field in named:
				self.set(field, named[field])  # Frappe has emptied it
		return [link for link in missing if link[0] not in named], cancelled

	def validate(self) -> None:
		self.flags.source = self.flags.source or self.way_in()
		before = self.flags.status_before or (self.get_doc_before_save() or {}).get("status")
		self.flags.status_before = before
		self.flags.was_offered = before == WAITLISTED and bool(self.offered_until)
		if self.is_new():
			enrollment.admit(self)
		elif self.status != before:
			self.change_status(before)

	def on_update(self) -> None:
		before = self.flags.pop("status_before", None)
		if not self.flags.pop("settled", False) and self.status != before:
			enrollment.settle(self, before)

	def on_trash(self) -> None:
		super().on_trash()
		withdrawal.forget(self)

	def change_status(self, before: str) -> None:
		if self.status not in CHANGES[before]:
			frappe.throw(_("An enrollment that is {0} cannot become {1}.").format(_(before), _(self.status)))
		if self.status == ENROLLED and before != COMPLETED:
			enrollment.admit(self)
		elif self.status == WITHDRAWN:
			self.flags.pop("gate", None)  # of an earlier save that failed
			self.withdrawn_on = now_datetime()
			self.waitlist_position = self.confirmation_due = 0
			self.offered_until = None

	def way_in(self) -> str:
		"""Where a document that the door did not make comes from."""
		if frappe.flags.in_import:
			return "Data Import"
		path = frappe.request.path if getattr(frappe.local, "request", None) else ""
		return "API" if path.startswith(("/api/resource/", "/api/v2/document/")) else "Desk"

	def show_unique_validation_message(self, e: Exception) -> None:
		"""The unique index caught what the look-up could not see yet: say it as the rules would have."""
		frappe.throw(AlreadyEnrolledError().about(self.member), AlreadyEnrolledError)


def on_doctype_update() -> None:
	"""Indexes: one enrollment for each person and cohort, and the order of the waitlist."""
	frappe.db.add_unique("LMS Batch Enrollment", ["batch", "member"], constraint_name="unique_batch_member")
	frappe.db.add_index("LMS Batch Enrollment", ["batch", "status", "waitlist_position"], "batch_waitlist")
	frappe.db.add_index("LMS Batch Enrollment", ["member", "status"], "member_status")
