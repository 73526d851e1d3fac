"""Certificates and compliance over HTTP. Refusals carry their class, sentence and status."""

from typing import Any

from werkzeug.wrappers import Response

import frappe
from frappe.rate_limiter import rate_limit

from smooth_lms import permissions
from smooth_lms.api.arguments import checked, names
from smooth_lms.compliance import (
	certificate_runs,
	certificates,
	designs,
	pdf,
	records,
	scorm_review,
	sheet,
	verification,
)


@frappe.whitelist(allow_guest=True, methods=["GET", "POST"])
@checked
@rate_limit(limit=verification.CHECKS, seconds=verification.SECONDS)
def verify(code: str) -> dict[str, Any] | None:
	"""What a stranger may know about the certificate with this code: see `verification.check`; None if none.

	Raises RateLimitExceededError (429).
	"""
	return verification.check(code, frappe.local.request_ip)


@frappe.whitelist(methods=["GET", "POST"])
@checked
def get_my_certificates() -> list[dict[str, Any]]:
	"""The signed-in user's certificates, the newest first."""
	return certificates.of_member(permissions.require_portal())


@frappe.whitelist(methods=["POST"])
@checked
def issue(enrollment: str, reason: str | None = None) -> str:
	"""Issue the certificate of a completed course enrollment by hand. Moderators only, not for themselves.

	Returns the LMS Certificate. Raises CertificateRefusedError (409), PermissionError.
	"""
	permissions.require_moderator()
	permissions.require_not_self(frappe.db.get_value("LMS Enrollment", enrollment, "member"))
	return certificates.issue(enrollment, reason=reason)


@frappe.whitelist(methods=["POST"])
@checked
def issue_for_cohort(batch: str, course: str | None = None, reason: str | None = None) -> str:
	"""Start a run that certifies everybody of a cohort who completed a course. Moderators only.

	Returns the LMS Certificate Run, whose document shows the progress.
	"""
	return certificate_runs.start(batch, course, reason=reason).name


@frappe.whitelist(methods=["POST"])
@checked
def abort_run(run: str) -> None:
	"""Stop an LMS Certificate Run after the chunk it is at. Moderators only. Raises CertificateRefusedError (409)."""
	certificate_runs.abort(run)


@frappe.whitelist(methods=["POST"])
@checked
def continue_run(run: str) -> None:
	"""Continue an LMS Certificate Run that failed or was aborted. Moderators only. Raises CertificateRefusedError (409)."""
	certificate_runs.resume(run)


@frappe.whitelist(methods=["POST"])
@checked
def revoke(certificate: str, reason: str) -> None:
	"""Declare a certificate void. Moderators only. Raises CertificateRefusedError (409)."""
	permissions.require_moderator()
	certificates.revoke(certificate, reason)


@frappe.whitelist(methods=["POST"])
@checked
def revoke_failed(enrollment: str, reason: str) -> int:
	"""Take back a completion that rests on a SCORM part which was not passed, with its certificate. Moderators only.

	Returns how many certificates are void now. Raises CertificateRefusedError (409), PermissionError.
	"""
	permissions.require_moderator()
	return scorm_review.revoke(enrollment, reason)


@frappe.whitelist(methods=["POST"])
@checked
def keep_failed(enrollment: str, reason: str) -> None:
	"""Let a completion stand that rests on a SCORM part which was not passed. Moderators only.

	Raises CertificateRefusedError (409), PermissionError.
	"""
	permissions.require_moderator()
	scorm_review.keep(enrollment, reason)


@frappe.whitelist(methods=["POST"])
@checked
def correct_holder(certificate: str, member: str, reason: str) -> str:
	"""Issue a certificate anew to the right person and void the old one. Moderators only.

	Returns the new LMS Certificate. Raises CertificateRefusedError (409).
	"""
	permissions.require_moderator()
	return certificates.reissue(certificate, member, reason)


@frappe.whitelist(methods=["GET"])
@checked
def preview_design(design: str) -> Response:
	"""A certificate of nobody in an LMS Certificate Design, as PDF. For who may change the design.

	Raises PermissionError, PdfUnavailableError.
	"""
	doc = frappe.get_doc(designs.DOCTYPE, design)
	doc.check_permission("write")
	content = pdf.of_sheet(*sheet.sample(doc))
	return Response(content, mimetype="application/pdf", headers={"Cache-Control": "no-store"})


@frappe.whitelist(methods=["POST"])
@checked
def verify_compliance(records_to_verify: list | str) -> int:
	"""Note that the signed-in user has looked at the proof of Employee Compliance rows.

	Args: records_to_verify, names, all of which the user may change. Returns how many it was new for.
	"""
	wanted = names(records_to_verify)
	for name in wanted:
		frappe.get_doc(records.DOCTYPE, name).check_permission("write")
	return records.verify(wanted)
