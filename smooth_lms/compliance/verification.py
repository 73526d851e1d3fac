"""What a stranger learns who checks the code of a certificate."""

from typing import Any

import frappe
from frappe import _
from frappe.utils import getdate

from smooth_lms.base import dates
from smooth_lms.base.settings import setting
from smooth_lms.compliance import codes
from smooth_lms.compliance.certificates import DOCTYPE
from smooth_lms.compliance.standing import standing_on

CHECKS, SECONDS = 60, 600
"""So many checks from one address in so long. A code has 100 bits: this protects the server, not the codes."""


def check(typed: str, address: str | None) -> dict[str, Any] | None:
	"""What may be said about the certificate with this code; None if there is none.

	Args:
	        typed: the code as somebody typed it or followed it.
	        address: the network address they come from.

	Returns `code, standing` (valid, expired, revoked, replaced)`, course, issuer, holder, control` (the compliance control)`,
	issued, expires, void_since`, dates in words; nothing else about the holder, no reason, and not whose the
	certificate became.
	Raises RateLimitExceededError (429).
	"""
	_count(address)
	code = codes.cleaned(typed)
	row = code and frappe.db.get_value(
		DOCTYPE,
		{"verification_code": code},
		[
			"status",
			"course_title",
			"member_name",
			"issue_date",
			"expiry_date",
			"revoked_on",
			"compliance_control_id",
			"issuer",
		],
		as_dict=True,
	)
	if not row:
		return None
	standing = standing_on(getdate(), row.status, row.expiry_date)
	shows_name = setting("show_name_on_check")
	return {
		"code": code,
		"standing": standing,
		"course": row.course_title,
		"issuer": row.issuer,
		# of one that went to the wrong person, nothing is left to say about that person
		"holder": row.member_name if shows_name and standing != "replaced" and not _is_address(row) else None,
		"control": row.compliance_control_id,
		"issued": dates.day(getdate(row.issue_date)),
		"expires": dates.day(getdate(row.expiry_date)) if row.expiry_date else None,
		"void_since": dates.day(getdate(row.revoked_on)) if row.revoked_on else None,
	}


def _is_address(row: frappe._dict) -> bool:
	"""Whether the account had no name, so that its e-mail address stands for one."""
	return "@" in (row.member_name or "@")


def _count(address: str | None) -> None:
	key = frappe.cache.make_key(f"smooth_lms:certificate_checks:{address or 'unknown'}")
	if not frappe.cache.get(key):
		frappe.cache.setex(key, SECONDS, 0)
	if frappe.cache.incrby(key, 1) > CHECKS:
		frappe.throw(
			_("Too many checks from your network: wait ten minutes and try again."),
			frappe.RateLimitExceededError,
		)
