"""Requests for seats and courses over HTTP: asking, deciding, taking back. Writes are POST."""

from typing import Any

import frappe

from smooth_lms import permissions
from smooth_lms.api.arguments import checked
from smooth_lms.base.transactions import tried_again_on_deadlock
from smooth_lms.cohorts.requests import asking, deciding, reading


@frappe.whitelist(methods=["POST"])
@checked
@tried_again_on_deadlock
def ask_for_seat(batch: str, reason: str | None = None) -> dict[str, str]:
	"""The signed-in user asks for a seat in a cohort that requires approval. Returns `request`, its name."""
	return {"request": asking.ask_for_seat(batch, reason)}


@frappe.whitelist(methods=["POST"])
@checked
@tried_again_on_deadlock
def ask_for_course(course: str, reason: str | None = None) -> dict[str, str]:
	"""The signed-in user asks for a course that requires approval. Returns `request`, its name."""
	return {"request": asking.ask_for_course(course, reason)}


@frappe.whitelist(methods=["GET", "POST"])
@checked
def get_requests_to_decide() -> list[dict[str, Any]]:
	"""The open requests that the signed-in user may decide about: see `reading.to_decide`."""
	return reading.to_decide(permissions.require_portal())


@frappe.whitelist(methods=["POST"])
@checked
@tried_again_on_deadlock
def approve(request: str) -> dict[str, str]:
	"""Give somebody what they ask for, if the door still lets them in. For their manager and moderators.

	Returns `status`: Enrolled, or Waitlisted. Raises PermissionError, RequestClosedError, the Refusal that applies.
	"""
	return {"status": deciding.approve(request)}


@frappe.whitelist(methods=["POST"])
@checked
@tried_again_on_deadlock
def refuse(request: str, reason: str) -> None:
	"""Refuse a request, with a reason that whoever asked is told. For their manager and moderators."""
	deciding.refuse(request, reason)


@frappe.whitelist(methods=["POST"])
@checked
@tried_again_on_deadlock
def take_back(request: str) -> None:
	"""Withdraw a request that the signed-in user has made."""
	deciding.take_back(request)
