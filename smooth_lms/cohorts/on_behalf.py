"""Enrolling other people: before the door, who it is that asks and whom they may reach.

Whoever is outside the reach of the session's user is refused one by one with a sentence; the others go on.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html

from smooth_lms import permissions
from smooth_lms.cohorts import confirmation, enrollment, facts, seating, withdrawal
from smooth_lms.cohorts.admission import ENROLLED, WAITLISTED, WITHDRAWN
from smooth_lms.cohorts.gate import DOCTYPE, distinct
from smooth_lms.cohorts.outcomes import REFUSED, Report
from smooth_lms.cohorts.requests import asking
from smooth_lms.exceptions import (
	NotEnrolledError,
	NotOnWaitlistError,
	NotYourReportError,
	OutOfReachError,
	Refusal,
	UnknownBatchError,
)
from smooth_lms.permissions import shown


def enroll_many(
	batch: str, members: Sequence[str], *, source: str, override_reason: str | None = None
) -> dict:
	"""As `enrollment.enroll_many`, for those of `members` whom the session's user may enroll.

	Raises PermissionError for somebody who may not enroll other people at all.
	"""
	return _within_reach(enrollment.enroll_many, batch, members, source, override_reason)


def preview(
	batch: str, members: Sequence[str], *, source: str = "Desk", override_reason: str | None = None
) -> dict:
	"""What `enroll_many` would answer at this moment; nothing is locked or written."""
	return _within_reach(enrollment.preview, batch, members, source, override_reason)


def enroll_reports(batch: str, members: Sequence[str], *, source: str) -> dict:
	"""As `enrollment.enroll_many`, for those of `members`, Users, who report to the session's user directly.

	Managers make no exceptions. In a cohort that nobody may enter by themselves they nominate: L&D decides. Raises PermissionError for somebody who
	is nobody's manager.
	"""
	return _as_manager(batch, members, enrollment.enroll_many, source, dry_run=False)


def preview_reports(batch: str, members: Sequence[str]) -> dict:
	"""What `enroll_reports` would answer at this moment; nothing is locked or written."""
	return _as_manager(batch, members, enrollment.preview, "Portal", dry_run=True)


def withdraw(batch: str, member: str, *, reason: str):
	"""Take somebody out of a cohort. Raises PermissionError, NotEnrolledError; returns the enrollment."""
	permissions.require_reach(member)
	_require_reason(reason)
	return withdrawal.withdraw(batch, member, reason=reason)


def move(member: str, *, from_batch: str, to_batch: str, source: str = "Desk"):
	"""Move somebody to another cohort. Raises PermissionError and what `enrollment.move` raises."""
	permissions.require_reach(member)
	permissions.require_others([member])
	if from_batch == to_batch:
		frappe.throw(_("{0} is in this cohort already: choose another one.").format(escape_html(member)))
	return enrollment.move(member, from_batch=from_batch, to_batch=to_batch, source=source)


def withdraw_many(batch: str, members: Sequence[str], *, reason: str) -> list[dict[str, Any]]:
	"""Take people out of a cohort or off its waitlist; who cannot be is said, and the others go on.

	Returns rows with `member, outcome` (Withdrawn, Refused) and `reason`, in the order asked. Raises PermissionError for
	somebody who may not do this at all.
	"""
	permissions.require_enroller()
	_require_reason(reason)
	wanted = distinct(members)
	outside = permissions.outside_reach(wanted)
	allowed = [member for member in wanted if member.lower() not in outside]
	done = withdrawal.withdraw_many(batch, allowed, reason=reason)
	rows = []
	for member in wanted:
		if member in done:
			rows.append({"member": member, "outcome": WITHDRAWN, "reason": None})
		else:
			refusal = OutOfReachError(member=member) if member.lower() in outside else NotEnrolledError()
			rows.append({"member": member, "outcome": REFUSED, "reason": refusal.text})
	return rows


def move_many(
	members: Sequence[str], *, from_batch: str, to_batch: str, source: str = "Desk"
) -> list[dict[str, Any]]:
	"""Move people to another cohort, one after the other; who is refused there stays where they are.

	Returns rows with `member, outcome` (Enrolled, Waitlisted, Refused) and `reason`, in the order asked.
	"""
	permissions.require_enroller()
	rows = []
	for member in distinct(members):
		try:
			made = move(member, from_batch=from_batch, to_batch=to_batch, source=source)
			rows.append({"member": member, "outcome": made.status, "reason": None})
		except (Refusal, frappe.PermissionError) as error:
			frappe.clear_last_message()
			rows.append({"member": member, "outcome": REFUSED, "reason": str(error)})
	return rows


def take_off_waitlist(batch: str, member: str, *, override_reason: str | None = None):
	"""Give a seat to somebody who waits, before their turn; a reason makes it an exception to time and seats.

	Returns the LMS Batch Enrollment. Raises PermissionError, NotOnWaitlistError, and the refusal that applies.
	"""
	permissions.require_moderator()
	permissions.require_others([member])
	facts.lock(batch)  # before the enrollment's own row, as everywhere
	name = frappe.db.get_value(
		DOCTYPE, {"batch": batch, "member": member, "status": WAITLISTED}, "name", for_update=True
	)
	if not name:
		frappe.throw(NotOnWaitlistError().about(member), NotOnWaitlistError)
	doc = frappe.get_doc(DOCTYPE, name, for_update=True)
	doc.flags.status_before = doc.status  # the save would take it from before the lock
	doc.status, doc.override_reason = ENROLLED, override_reason
	return doc.save(ignore_permissions=True)


def send_confirmation_again(names: Collection[str]) -> int:
	"""Send the confirmation mail of chosen enrollments once more. Returns how many it will be sent to.

	Raises PermissionError if one of them is not the session user's to see; nothing is sent then.
	"""
	permissions.require_enroller()
	rows = frappe.get_list(DOCTYPE, filters={"name": ["in", list(names)]}, fields=["name", "status"], limit=0)
	if missing := set(names) - {row.name for row in rows}:
		sentence = _("{0} of the chosen enrollments cannot be found, or you may not see them.")
		frappe.throw(sentence.format(len(missing)), frappe.PermissionError)
	seated = [row.name for row in rows if row.status == ENROLLED]
	confirmation.send_again(seated)
	return len(seated)


def _within_reach(
	act: Callable[..., dict], batch: str, members: Sequence[str], source: str, override_reason: str | None
) -> dict:
	permissions.require_enroller()
	wanted = distinct(members)
	if override_reason:
		# an exception is made for others
		permissions.require_others(wanted)
	outside = permissions.outside_reach(wanted)
	allowed = [member for member in wanted if member.lower() not in outside] if outside else wanted
	answer = act(batch, allowed, source=source, override_reason=override_reason)
	return _with_refused(wanted, answer, OutOfReachError) if outside else answer


def _as_manager(
	batch: str, members: Sequence[str], act: Callable[..., dict], source: str, *, dry_run: bool
) -> dict:
	permissions.require_manager()
	if not shown.is_to(frappe.session.user, "LMS Batch", batch):
		# what a manager does not see they do not give to others
		seating.refuse(UnknownBatchError(batch=batch), None)
	wanted = distinct(members)
	outside = permissions.outside_reports(wanted)
	inside = [member for member in wanted if member.lower() not in outside]
	if frappe.db.get_value("LMS Batch", batch, "allow_self_enrollment") == 0:
		answer = asking.nominate(batch, inside, dry_run=dry_run)
	else:
		answer = act(batch, inside, source=source, by_manager=True)
	return _with_refused(wanted, answer, NotYourReportError)


def _with_refused(wanted: Sequence[str], answer: dict, refusal: type[Refusal]) -> dict:
	"""The answer with a row for those, too, who were not asked about. Args: refusal, why they were not."""
	answers = {row["member"]: row for row in answer["rows"]}
	report = Report(answer["batch"])
	for member in wanted:
		if member in answers:
			report.rows[member] = answers[member]
		else:
			report.add(member, REFUSED, refusal(member=member).text)
	return report.as_dict()


def _require_reason(reason: str | None) -> None:
	if not (reason or "").strip():
		frappe.throw(_("Enter a reason for the withdrawal."))
