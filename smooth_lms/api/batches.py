"""Cohorts over HTTP: what learners do, and what is done for them. Refusals carry class, sentence and status."""

from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html

from smooth_lms import permissions
from smooth_lms.api import arguments
from smooth_lms.api.arguments import checked
from smooth_lms.base import paging
from smooth_lms.base.transactions import tried_again_on_deadlock
from smooth_lms.cohorts import catalog, enrollment, offers, on_behalf, roster, withdrawal

MOST_AT_ONCE = 5_000


@frappe.whitelist(methods=["GET", "POST"])
@checked
def get_batches(
	tab: str = "upcoming",
	search: str = "",
	medium: str = "",
	category: str = "",
	free_seats: bool = False,
	page: int = 1,
	page_size: int = paging.PAGE_SIZE,
) -> dict[str, Any]:
	"""One page of the cohorts that the signed-in user may see.

	Args:
	        tab: mine, upcoming or past.
	        search: words to find in title, description and category.
	        medium: Online, Offline or Hybrid; empty for all.
	        category: an LMS Category; empty for all.
	        free_seats: only cohorts in which the next person gets a seat.
	        page: counted from 1.
	        page_size: 50 at most.

	Returns what `catalog.cohorts` does. Raises PermissionError for accounts without a role in training.
	"""
	user = permissions.require_portal()
	query = catalog.Query.of(
		tab=tab,
		search=search,
		medium=medium,
		category=category,
		free_seats=free_seats,
		page=page,
		page_size=page_size,
	)
	return catalog.cohorts(query, user)


@frappe.whitelist(methods=["GET", "POST"])
@checked
def get_batch(batch: str) -> dict[str, Any]:
	"""One cohort as the signed-in user sees it, with what they can do: see `catalog.cohort`.

	Raises UnknownBatchError (404) also for cohorts they may not see.
	"""
	return catalog.cohort(batch, permissions.require_portal())


@frappe.whitelist(methods=["POST"])
@checked
def enroll(batch: str) -> dict[str, Any]:
	"""Enroll the signed-in user, or put them on the waitlist.

	Returns `name, batch, member, status, waitlist_position`. Raises the Refusal that applies.
	"""
	return _answer(enroll_self(batch, source="API"))


@frappe.whitelist(methods=["POST"])
@checked
def withdraw(batch: str, reason: str | None = None) -> dict[str, Any]:
	"""Take the signed-in user out of a cohort or off its waitlist; the row stays as history.

	Returns `name, batch, member, status`. Raises NotEnrolledError.
	"""
	return _answer(withdraw_self(batch, reason))


@frappe.whitelist(methods=["POST"])
@checked
def accept_seat(batch: str) -> dict[str, Any]:
	"""The signed-in user takes the seat that is offered to them.

	Returns `name, batch, member, status`. Raises OfferGoneError, and the refusal that applies.
	"""
	return _answer(accept_self(batch))


# For other people: moderators for everybody, HR for the employees they may see


@frappe.whitelist(methods=["POST"])
@checked
def enroll_members(batch: str, members: list | str, override_reason: str | None = None) -> dict[str, Any]:
	"""Enroll people, at most 5,000; one who is refused stops nobody else. Doing it twice changes nothing.

	Args:
	        batch: LMS Batch.
	        members: Users or Employees.
	        override_reason: why audience, time and seats shall not count; moderators only.

	Returns the report of `enrollment.enroll_many`. Raises PermissionError, UnknownBatchError, ValidationError.
	"""
	permissions.require_enroller()
	people = arguments.names(members)
	if len(people) > MOST_AT_ONCE:
		sentence = _("{0} people are more than the {1} that can be enrolled at once: use {2} instead.")
		method = "smooth_lms.api.enrollment_runs.start_enrollment_run"
		frappe.throw(sentence.format(len(people), MOST_AT_ONCE, escape_html(method)))
	return _enroll_many(batch, people, override_reason or None)


@frappe.whitelist(methods=["GET", "POST"])
@checked
def preview_enrollment(
	batch: str,
	members: list | str | None = None,
	filters: dict | str | None = None,
	override_reason: str | None = None,
) -> dict[str, Any]:
	"""What enrolling people would do at this moment: for each one enrolled, waitlisted or refused, and why.

	Args:
	        batch: LMS Batch.
	        members: Users or Employees.
	        filters: see `roster.find`; used when `members` is not given.
	        override_reason: as in `enroll_members`.

	Returns what `roster.preview` does. Raises PermissionError, UnknownBatchError, ValidationError.
	"""
	permissions.require_enroller()
	return roster.preview(
		batch,
		members=None if members is None else arguments.names(members),
		filters=arguments.mapping(filters),
		override_reason=override_reason or None,
	)


@frappe.whitelist(methods=["POST"])
@checked
def withdraw_member(batch: str, member: str, reason: str) -> dict[str, Any]:
	"""Take somebody out of a cohort or off its waitlist, with a reason that is kept.

	Returns `name, batch, member, status`. Raises PermissionError, NotEnrolledError.
	"""
	return _answer(_withdraw_member(batch, member, reason))


@frappe.whitelist(methods=["POST"])
@checked
def move_member(member: str, from_batch: str, to_batch: str) -> dict[str, Any]:
	"""Move somebody to another cohort and keep what they have done; all of it or nothing.

	Returns `name, batch, member, status` in the new cohort. Raises PermissionError, NotEnrolledError, and the
	Refusal of the new cohort.
	"""
	return _answer(_move_member(member, from_batch, to_batch))


@frappe.whitelist(methods=["POST"])
@checked
def enroll_from_waitlist(batch: str, member: str, override_reason: str | None = None) -> dict[str, Any]:
	"""Give somebody who waits a seat before their turn; moderators only, with a reason when it is full.

	Returns `name, batch, member, status`. Raises PermissionError, NotOnWaitlistError, the Refusal that applies.
	"""
	return _answer(_enroll_from_waitlist(batch, member, override_reason or None))


@frappe.whitelist(methods=["POST"])
@checked
def send_confirmation_again(names: list | str) -> dict[str, int]:
	"""Send the confirmation mail of chosen LMS Batch Enrollments once more.

	Returns how many were `queued`; only people who are enrolled get the mail. Raises PermissionError.
	"""
	return {"queued": on_behalf.send_confirmation_again(arguments.names(names))}


@tried_again_on_deadlock
def enroll_self(batch: str, *, source: str):
	"""Enroll the signed-in user. Args: source, API or Portal. Returns the LMS Batch Enrollment."""
	return enrollment.enroll(batch, permissions.require_login(), source=source)


@tried_again_on_deadlock
def accept_self(batch: str):
	"""Take the seat that is offered to the signed-in user. Returns the LMS Batch Enrollment."""
	return offers.accept(batch)


@tried_again_on_deadlock
def withdraw_self(batch: str, reason: str | None):
	"""Withdraw the signed-in user. Returns the LMS Batch Enrollment."""
	return withdrawal.withdraw(batch, permissions.require_login(), reason=reason)


@tried_again_on_deadlock
def _enroll_many(batch: str, people: list[str], override_reason: str | None) -> dict[str, Any]:
	return on_behalf.enroll_many(batch, people, source=arguments.way_in(), override_reason=override_reason)


@tried_again_on_deadlock
def _withdraw_member(batch: str, member: str, reason: str):
	return on_behalf.withdraw(batch, member, reason=reason)


@tried_again_on_deadlock
def _move_member(member: str, from_batch: str, to_batch: str):
	return on_behalf.move(member, from_batch=from_batch, to_batch=to_batch, source=arguments.way_in())


@tried_again_on_deadlock
def _enroll_from_waitlist(batch: str, member: str, override_reason: str | None):
	return on_behalf.take_off_waitlist(batch, member, override_reason=override_reason)


def _answer(doc) -> dict[str, Any]:
	answer = {field: doc.get(field) for field in ("name", "batch", "member", "status")}
	if doc.status == "Waitlisted":
		answer["waitlist_position"] = catalog.waitlist_position(doc.batch, doc.member)
	return answer
