"""Cohorts over HTTP: what a learner reads and does. Refusals carry their class, sentence and status."""

from typing import Any

import frappe

from smooth_lms import permissions
from smooth_lms.api.retry import tried_again_on_deadlock
from smooth_lms.cohorts import catalog, enrollment


@frappe.whitelist(methods=["GET", "POST"])
def get_batches(
	tab: str = "upcoming",
	search: str = "",
	medium: str = "",
	category: str = "",
	free_seats: bool = False,
	page: int = 1,
	page_size: int = catalog.PAGE_SIZE,
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
def get_batch(batch: str) -> dict[str, Any]:
	"""One cohort as the signed-in user sees it, with what they can do: see `catalog.cohort`.

	Raises UnknownBatchError (404) also for cohorts they may not see.
	"""
	return catalog.cohort(batch, permissions.require_portal())


@frappe.whitelist(methods=["POST"])
def enroll(batch: str) -> dict[str, Any]:
	"""Enroll the signed-in user, or put them on the waitlist.

	Returns `name, batch, member, status, waitlist_position`. Raises the Refusal that applies.
	"""
	return _answer(enroll_self(batch, source="API"))


@frappe.whitelist(methods=["POST"])
def withdraw(batch: str, reason: str | None = None) -> dict[str, Any]:
	"""Take the signed-in user out of a cohort or off its waitlist; the row stays as history.

	Returns `name, batch, member, status`. Raises NotEnrolledError.
	"""
	return _answer(withdraw_self(batch, reason))


@tried_again_on_deadlock
def enroll_self(batch: str, *, source: str):
	"""Enroll the signed-in user. Args: source, API or Portal. Returns the LMS Batch Enrollment."""
	return enrollment.enroll(batch, permissions.require_login(), source=source)


@tried_again_on_deadlock
def withdraw_self(batch: str, reason: str | None):
	"""Withdraw the signed-in user. Returns the LMS Batch Enrollment."""
	return enrollment.withdraw(batch, permissions.require_login(), reason=reason)


def _answer(doc) -> dict[str, Any]:
	answer = {field: doc.get(field) for field in ("name", "batch", "member", "status")}
	if doc.status == "Waitlisted":
		answer["waitlist_position"] = catalog.waitlist_position(doc.batch, doc.member)
	return answer
