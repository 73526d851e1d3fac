"""Seats that are offered to people on a waitlist who have to confirm: accepted in the portal, or passed on to the next."""

import frappe
from frappe import _
from frappe.utils import now_datetime

from smooth_lms import permissions
from smooth_lms.base.reads import read_row, read_rows
from smooth_lms.base.transactions import in_one_transaction
from smooth_lms.cohorts import notices, seating, withdrawal
from smooth_lms.cohorts.admission import ENROLLED, WAITLISTED
from smooth_lms.cohorts.gate import DOCTYPE
from smooth_lms.exceptions import OfferGoneError


def accept(batch: str):
	"""The session's user takes the seat that is offered to them.

	Returns the LMS Batch Enrollment. Raises OfferGoneError, and the refusal that applies by now.
	"""
	user = permissions.require_login()
	seating.lock(batch)
	wanted = {"batch": batch, "member": user, "status": WAITLISTED}
	row = read_row(DOCTYPE, ("name", "offered_until"), wanted, lock=True)
	if not (row and row.offered_until and row.offered_until > now_datetime()):
		seating.refuse(OfferGoneError(), user)
	doc = frappe.get_doc(DOCTYPE, row.name, for_update=True)
	doc.flags.status_before, doc.flags.source = doc.status, doc.source
	doc.status = ENROLLED
	return doc.save(ignore_permissions=True)


def pass_on() -> None:
	"""Scheduler: offer to the next what nobody has accepted in time. Commits after each cohort; one that fails stops no other."""
	over = read_rows(DOCTYPE, ("batch",), {"status": WAITLISTED}, up_to={"offered_until": now_datetime()})
	for batch in sorted({row.batch for row in over}):
		try:
			in_one_transaction(lambda batch=batch: pass_on_in(batch))
		except Exception:
			frappe.db.rollback()
			frappe.log_error(
				_("Offered seats could not be passed on"),
				reference_doctype="LMS Batch",
				reference_name=batch,
			)
			frappe.db.commit()


def pass_on_in(batch: str) -> list[str]:
	"""Take those off the waitlist of a cohort who have not accepted in time; the next get an offer. Returns their Users."""
	seating.lock(batch)
	own = {"batch": batch, "status": WAITLISTED}
	over = read_rows(DOCTYPE, ("member",), own, up_to={"offered_until": now_datetime()}, lock=True)
	members = [row.member for row in over]
	if members:
		reason = _("The seat offered was not accepted in time.")
		withdrawal.withdraw_many(batch, members, reason=reason, event=notices.OFFER_EXPIRED)
	return members
