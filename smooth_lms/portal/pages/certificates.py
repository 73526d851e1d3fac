"""Checking a certificate, for everybody; own certificates and their PDF, for who is signed in."""

from typing import Any
from urllib.parse import quote

import frappe
from frappe import _
from frappe.utils import getdate

from smooth_lms.base import dates
from smooth_lms.compliance import certificates, pdf, verification
from smooth_lms.compliance.codes import cleaned
from smooth_lms.compliance.printing import lms_certificate_qr
from smooth_lms.compliance.standing import standing_on
from smooth_lms.portal.answers import Answer, Download, Page, Redirect
from smooth_lms.portal.visit import Visit

ROOT = "/lms/certificates"


def index(visit: Visit) -> Answer:
	"""The form for a code, and the person's own certificates."""
	if typed := (visit.query.get("code") or "").strip():
		return Redirect(f"{ROOT}/{quote(cleaned(typed) or typed[:80], safe='')}")
	signed_in = visit.user != "Guest"
	own = [card(row) for row in certificates.of_member(visit.user)] if signed_in else []
	title = _("Your certificates") if signed_in else _("Check a certificate")
	context = {"certificates": own, "signed_in": signed_in, "typed": ""}
	return Page("certificates.html", title, context, section="learning")


def check(visit: Visit, code: str) -> Page:
	"""What anybody may know who has the code."""
	found = verification.check(code, frappe.local.request_ip)
	if not found:
		context = {"certificates": [], "signed_in": False, "typed": code[:80]}
		alert = _("There is no certificate with this code. Compare it letter by letter and try again.")
		return Page("certificates.html", _("Check a certificate"), context, status=404, alert=alert)
	context = {
		"certificate": found,
		"qr": lms_certificate_qr(found["code"]),
		"has_pdf": bool(_readable(found["code"])),
		"address": f"{ROOT}/{found['code']}",
	}
	return Page("certificate.html", found["course"], context)


def download(visit: Visit, code: str) -> Download:
	"""The PDF, for the holder and for who may see the record."""
	name = _readable(cleaned(code))
	if not name:
		frappe.throw(_("There is no certificate with this code."), frappe.DoesNotExistError)
	return Download(pdf.render(certificates.DOCTYPE, name), f"{code}.pdf", "application/pdf")


def _readable(code: str | None) -> str | None:
	if frappe.session.user == "Guest" or not code:
		return None
	name = frappe.db.get_value(certificates.DOCTYPE, {"verification_code": code})
	return name if name and frappe.has_permission(certificates.DOCTYPE, "read", doc=name) else None


def card(row: frappe._dict) -> dict[str, Any]:
	"""A certificate (see `certificates.of_member`) in words, for lists of certificates."""
	return {
		"course": row.course_title,
		"code": row.verification_code,
		"standing": standing_on(getdate(), row.status, row.expiry_date),
		"issued": dates.day(getdate(row.issue_date)),
		"expires": dates.day(getdate(row.expiry_date)) if row.expiry_date else None,
		"address": f"{ROOT}/{row.verification_code}",
	}
