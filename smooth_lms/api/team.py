"""What managers do for the people who report to them directly, over HTTP. Writes are POST."""

from typing import Any

import frappe

from smooth_lms import permissions
from smooth_lms.api import arguments
from smooth_lms.api.arguments import checked
from smooth_lms.base.transactions import tried_again_on_deadlock
from smooth_lms.cohorts import on_behalf
from smooth_lms.training import of_reports

MOST_AT_ONCE = 500


@frappe.whitelist(methods=["GET", "POST"])
@checked
def preview_enrollment(batch: str, members: list | str) -> dict[str, Any]:
	"""What `enroll` would do at this moment: for each one enrolled, waitlisted or refused, and why.

	Args: batch, an LMS Batch; members, Users, 500 at most.
	"""
	return on_behalf.preview_reports(batch, _few(members))


@frappe.whitelist(methods=["POST"])
@checked
def enroll(batch: str, members: list | str) -> dict[str, Any]:
	"""Enroll people who report to the signed-in user; one who is refused stops nobody else.

	Args: batch, an LMS Batch; members, Users, 500 at most.

	Returns the report of `batches.enroll_members`. Raises PermissionError, UnknownBatchError.
	"""
	return enroll_reports(batch, _few(members), source="API")


@frappe.whitelist(methods=["POST"])
@checked
def assign_course(course: str, members: list | str, due_date: str) -> dict[str, Any]:
	"""Assign a course to people who report to the signed-in user, once.

	Args: course, an LMS Course; members, Users, 500 at most; due_date, a day (YYYY-MM-DD), today or later.

	Returns `assigned` (names) and `refused` (`member, reason`). Raises PermissionError, TrainingRefusedError.
	"""
	return of_reports.assign_course(course, _few(members), due_date)


@tried_again_on_deadlock
def enroll_reports(batch: str, members: list[str], *, source: str) -> dict[str, Any]:
	"""As `on_behalf.enroll_reports`. Args: source, API or Portal."""
	return on_behalf.enroll_reports(batch, members, source=source)


def _few(members: list | str) -> list[str]:
	permissions.require_manager()
	people = arguments.names(members)
	if len(people) > MOST_AT_ONCE:
		frappe.throw(frappe._("At most {0} people at once: choose fewer.").format(MOST_AT_ONCE))
	return people
