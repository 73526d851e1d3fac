"""Whether something was done before the first day at work."""

from datetime import date

from frappe.utils import getdate


def before_start(first_proof: date | None, date_of_joining: date | None) -> bool | None:
	"""Whether a proof was there before the first day at work; None where one of the dates is not known.

	On the first day itself is not before it.
	"""
	if not first_proof or not date_of_joining:
		return None
	return getdate(first_proof) < getdate(date_of_joining)
