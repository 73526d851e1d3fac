import frappe
from frappe import _

from smooth_lms.base.guarded import GuardedDocument
from smooth_lms.compliance import certificates
from smooth_lms.exceptions import CertificateRefusedError


class LMSCertificate(GuardedDocument):
	"""Proof that a person completed a course. Written by `compliance/certificates.py`."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		attempt: DF.Int
		batch: DF.Link | None
		completed_on: DF.Datetime | None
		compliance_control_id: DF.Data | None
		course: DF.Link
		course_title: DF.Data | None
		course_version: DF.Int
		design: DF.Link | None
		employee: DF.Link | None
		enrollment: DF.Link | None
		expiry_date: DF.Date | None
		issue_date: DF.Date | None
		issued_by: DF.Link | None
		issuer: DF.Data | None
		member: DF.Link
		member_name: DF.Data | None
		reason: DF.SmallText | None
		replaced_by: DF.Link | None
		replaces: DF.Link | None
		revoke_reason: DF.SmallText | None
		revoked_by: DF.Link | None
		revoked_on: DF.Datetime | None
		status: DF.Literal["Valid", "Revoked", "Replaced"]
		verification_code: DF.Data | None
	# end: auto-generated types

	def validate(self) -> None:
		if self.is_new():
			certificates.prepare(self)
		else:
			frappe.throw(
				_("A certificate does not change: revoke it, or correct it by a new one."),
				frappe.PermissionError,
			)

	def after_insert(self) -> None:
		if not self.flags.settled:
			certificates.after_issue(self)

	def show_unique_validation_message(self, e: Exception) -> None:
		"""The unique index caught what the look-up could not see yet."""
		frappe.throw(_("There is a certificate for this attempt already."), CertificateRefusedError)


def on_doctype_update() -> None:
	"""Indexes: one certificate for each person, course and attempt; lists of people, cohorts and enrollments."""
	frappe.db.add_unique(
		"LMS Certificate", ["member", "course", "attempt"], constraint_name="unique_certificate"
	)
	frappe.db.add_index("LMS Certificate", ["enrollment"], "certificate_enrollment")
	frappe.db.add_index("LMS Certificate", ["employee"], "certificate_employee")
	frappe.db.add_index("LMS Certificate", ["batch"], "certificate_batch")
	frappe.db.add_index("LMS Certificate", ["course", "issue_date"], "certificate_course")
