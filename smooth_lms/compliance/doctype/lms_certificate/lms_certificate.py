import frappe
from frappe import _

from smooth_lms.base.guarded import GuardedDocument
from smooth_lms.compliance import certificates
from smooth_lms.exceptions import CertificateRefusedError


class LMSCertificate(GuardedDocument):
	"""Proof that a person completed a course. Written by `compliance/certificates.py`."""

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
