import frappe
from frappe import _
from frappe.utils import getdate

from smooth_lms import permissions
from smooth_lms.base.guarded import GuardedDocument, came_by_generic_door
from smooth_lms.compliance import records

PROVED = ("valid_from", "valid_until", "status", "evidence")
"""What a row says because of its proof, and nobody can change by hand."""


class EmployeeCompliance(GuardedDocument):
	"""Whether one employee has the proof of one Compliance Type. See `compliance/records.py`."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		category: DF.Data | None
		certificate: DF.Link | None
		company: DF.Link | None
		compliance_control_id: DF.Data | None
		compliance_type: DF.Link
		course: DF.Link | None
		employee: DF.Link
		employee_name: DF.Data | None
		evidence: DF.Attach | None
		evidence_due: DF.Check
		evidence_error: DF.SmallText | None
		is_current: DF.Check
		mandatory: DF.Check
		member: DF.Link | None
		quiz_submission: DF.Link | None
		remarks: DF.SmallText | None
		replaced_by: DF.Link | None
		replaces: DF.Link | None
		status: DF.Literal["Pending", "In Progress", "Complete", "Expired", "Non-Compliant"]
		valid_from: DF.Date | None
		valid_until: DF.Date | None
		verified_by: DF.Link | None
		verified_on: DF.Datetime | None
	# end: auto-generated types

	def autoname(self) -> None:
		self.name = records.name_for(self.employee, self.compliance_type)

	def validate(self) -> None:
		for field in ("certificate", "quiz_submission"):
			self.set(field, self.get(field) or None)  # the unique index takes "" for a value
		self.fill_in()
		if came_by_generic_door(self):
			# a new row names an employee only: whose account that is, permissions could not tell yet
			permissions.require_others([self.member, self.employee])
		self.validate_proof()
		self.validate_dates()
		if self.status == records.COMPLETE or (self.status == records.EXPIRED and not self.has_proof()):
			self.status = records.status_on(getdate(), self.valid_until)

	def fill_in(self) -> None:
		kind = frappe.get_cached_doc("Compliance Type", self.compliance_type)
		self.category, self.mandatory = kind.category, kind.mandatory
		self.compliance_control_id = self.compliance_control_id or kind.compliance_control_id
		person = frappe.db.get_value(
			"Employee", self.employee, ["user_id", "company", "employee_name"], as_dict=True
		)
		if person:
			self.member, self.company = person.user_id, person.company
			self.employee_name = person.employee_name

	def validate_proof(self) -> None:
		before = self.get_doc_before_save()
		if before and self.has_proof():
			for field in PROVED:
				if str(self.get(field) or "") != str(before.get(field) or ""):
					frappe.throw(
						_("{0} comes from the certificate or quiz and cannot be changed here.").format(
							_(self.meta.get_label(field))
						)
					)
		elif self.status == records.COMPLETE and not self.valid_from:
			frappe.throw(_("Valid from is missing: a complete row says since when the proof is valid."))

	def validate_dates(self) -> None:
		if self.valid_from and self.valid_until and getdate(self.valid_until) < getdate(self.valid_from):
			frappe.throw(_("Valid until is before valid from: choose a later day."))

	def has_proof(self) -> bool:
		return bool(self.certificate or self.quiz_submission)


def on_doctype_update() -> None:
	"""Indexes: one row for each proof and type; the rows of an employee; what the daily job looks for."""
	frappe.db.add_unique(
		"Employee Compliance", ["certificate", "compliance_type"], constraint_name="unique_certificate_type"
	)
	frappe.db.add_unique(
		"Employee Compliance",
		["quiz_submission", "compliance_type"],
		constraint_name="unique_submission_type",
	)
	frappe.db.add_index("Employee Compliance", ["employee", "compliance_type"], "employee_type")
	frappe.db.add_index("Employee Compliance", ["status", "valid_until"], "status_until")
	frappe.db.add_index("Employee Compliance", ["member"], "compliance_member")
