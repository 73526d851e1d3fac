"""Running a cohort over HTTP: its people, a copy of it, and mails to who is in it."""

from typing import Any

import frappe

from smooth_lms import permissions
from smooth_lms.api import arguments
from smooth_lms.api.arguments import checked
from smooth_lms.base.dates import chosen_day
from smooth_lms.base.transactions import tried_again_on_deadlock
from smooth_lms.cohorts import copying, course_access, mailing, on_behalf

MOST_AT_ONCE = 500


@frappe.whitelist(methods=["GET", "POST"])
@checked
def get_people(batch: str) -> list[dict[str, Any]]:
	"""Whoever is, waits or was in a cohort, as far as the caller may see them: see `course_access.people_in`."""
	frappe.get_doc("LMS Batch", batch).check_permission("read")
	return course_access.people_in(batch)


@frappe.whitelist(methods=["POST"])
@checked
def copy(batch: str, title: str, start_date: str) -> str:
	"""Make an unpublished cohort like this one on other days, with nobody in it. Moderators only.

	Args: start_date, YYYY-MM-DD. Returns the new LMS Batch.
	"""
	return copying.copy(batch, title=title, start_date=chosen_day(start_date)).name


@frappe.whitelist(methods=["POST"])
@checked
def withdraw_members(batch: str, members: list | str, reason: str) -> list[dict[str, Any]]:
	"""Take people, at most 500, out of a cohort or off its waitlist: see `on_behalf.withdraw_many`."""
	return _withdraw(batch, _few(members), reason)


@frappe.whitelist(methods=["POST"])
@checked
def move_members(members: list | str, from_batch: str, to_batch: str) -> list[dict[str, Any]]:
	"""Move people, at most 500, to another cohort, where the door decides: see `on_behalf.move_many`."""
	return _move(_few(members), from_batch, to_batch)


@frappe.whitelist(methods=["POST"])
@checked
def preview_mail(batch: str, subject: str, message: str, members: list | str | None = None) -> dict[str, Any]:
	"""What a mail to people of a cohort would look like, and how many get it: see `mailing.preview`."""
	return mailing.preview(batch, subject, message, None if members is None else arguments.names(members))


@frappe.whitelist(methods=["POST"])
@checked
def test_mail(batch: str, subject: str, message: str) -> str:
	"""Send it to oneself only. Returns the address."""
	return mailing.test(batch, subject, message)


@frappe.whitelist(methods=["POST"])
@checked
def send_mail(batch: str, subject: str, message: str, members: list | str | None = None) -> int:
	"""Send it to people of the cohort; None for all who have a seat. Returns to how many: see `mailing.send`."""
	return mailing.send(batch, subject, message, None if members is None else arguments.names(members))


def _few(members: list | str) -> list[str]:
	permissions.require_enroller()
	people = arguments.names(members)
	if len(people) > MOST_AT_ONCE:
		frappe.throw(frappe._("At most {0} people at once: choose fewer.").format(MOST_AT_ONCE))
	return people


@tried_again_on_deadlock
def _withdraw(batch: str, people: list[str], reason: str) -> list[dict[str, Any]]:
	return on_behalf.withdraw_many(batch, people, reason=reason)


@tried_again_on_deadlock
def _move(people: list[str], from_batch: str, to_batch: str) -> list[dict[str, Any]]:
	return on_behalf.move_many(people, from_batch=from_batch, to_batch=to_batch, source=arguments.way_in())
