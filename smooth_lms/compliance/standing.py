"""What a certificate is worth on a day."""

from datetime import date

from frappe.utils import getdate

VALID, REVOKED, REPLACED = "Valid", "Revoked", "Replaced"


def standing_on(day: date, status: str, expiry_date: date | None) -> str:
	"""valid, expired, revoked or replaced: what a certificate is worth on `day`."""
	if status in (REVOKED, REPLACED):
		return status.lower()
	return "expired" if expiry_date and getdate(expiry_date) < day else "valid"
