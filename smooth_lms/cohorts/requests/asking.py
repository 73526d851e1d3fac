"""Asking: a person for themselves, a manager for the people who report to them. A seat is held until somebody decides."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import frappe
from frappe.utils import now_datetime

from smooth_lms import permissions
from smooth_lms.base.reads import read_rows
from smooth_lms.base.rows import insert_rows
from smooth_lms.cohorts import facts, holds, seating
from smooth_lms.cohorts.admission import ENROLLED, Attempt
from smooth_lms.cohorts.facts import Candidate
from smooth_lms.cohorts.gate import Gate
from smooth_lms.cohorts.holds import DOCTYPE, MARK, OPEN
from smooth_lms.cohorts.outcomes import ALREADY, NOMINATED, REFUSED, Report
from smooth_lms.cohorts.requests import approvers, steps, telling
from smooth_lms.courses import access
from smooth_lms.exceptions import (
	AlreadyEnrolledError,
	AlreadyRequestedError,
	CourseApprovalRequiredError,
	Refusal,
	UnknownBatchError,
)

FIELDS = (
	*("batch", "course", "member", "member_name", "requested_by", "reason", "status", "holds_seat"),
	*("asked_on", "runs_out_on", "approver", "step", "next_step_on", "open_mark"),
)
LONGEST = 500
"""Characters of a reason."""


def ask_for_seat(batch: str, reason: str | None = None) -> str:
	"""The session's user asks for a seat in a cohort that requires approval.

	Returns the LMS Enrollment Request. Raises the Refusal that applies.
	"""
	user = permissions.require_login()
	row = seating.lock(batch)
	gate = Gate(row, Attempt(now=seating.now_utc(), by_self=True, asks=True))
	candidate = gate.candidates([user])[user]
	if _open_requests({"batch": batch, "member": user}):
		seating.refuse(AlreadyRequestedError(), user)
	decision = gate.decide(candidate)
	if decision.refusal:
		seating.refuse(decision.refusal, user)
	names = _write(gate, {user: (candidate, decision.status == ENROLLED)}, reason)
	return names[0]


def ask_for_course(course: str, reason: str | None = None) -> str:
	"""The session's user asks for a course that requires approval.

	Returns the LMS Enrollment Request. Raises the Refusal that applies, DoesNotExistError.
	"""
	found = access.course_access(course)
	refusal = access.join_refusal(found)
	if refusal and not isinstance(refusal, CourseApprovalRequiredError):
		frappe.throw(refusal.text, type(refusal))
	# its own row is locked: two clicks make one request
	days = frappe.db.get_value("LMS Course", course, "approval_days", for_update=True)
	if _open_requests({"course": course, "member": found.user}):
		seating.refuse(AlreadyRequestedError(), found.user)
	name = frappe.get_cached_value("User", found.user, "full_name") or found.user
	now = now_datetime()
	people = {found.user: (name, False)}
	return _insert({"course": course}, people, now, steps.runs_out(now, days, None), reason)[0]


def nominate(batch: str, members: Sequence[str], *, dry_run: bool = False) -> dict:
	"""The session's user, their manager, asks L&D for seats for these Users; who they are has been checked.

	Args: dry_run, only say what would be done; nothing is locked or written.

	Returns a report as `enrollment.enroll_many` does, with the outcome Nominated. A fixed number of queries.
	"""
	row = facts.lock(batch) if not dry_run else None
	row = row or frappe.db.get_value("LMS Batch", batch, facts.COHORT_FIELDS, as_dict=True)
	if not row:
		seating.refuse(UnknownBatchError(batch=batch), None)
	gate = Gate(row, Attempt(now=seating.now_utc(), asks=True))
	asked = {
		each.member for each in _open_requests({"batch": batch, "member": tuple(members)}, lock=not dry_run)
	}
	report, people = Report(batch), {}
	for name, candidate in gate.candidates(members).items():
		held = _nominated(gate, name, candidate, candidate_asked=name in asked, report=report)
		if held is not None:
			people[name] = (candidate, held)
	if people and not dry_run:
		_write(gate, people, None)
	return report.as_dict()


def _nominated(
	gate: Gate, name: str, candidate: Candidate | Refusal, *, candidate_asked: bool, report: Report
) -> bool | None:
	"""Note the answer for one person. Returns whether a seat is held for them, or None where they are not nominated."""
	if isinstance(candidate, Refusal):
		report.add(name, REFUSED, candidate.text)
		return None
	if candidate_asked:
		report.add(name, ALREADY, AlreadyRequestedError().text, candidate.full_name)
		return None
	decision = gate.decide(candidate)
	if decision.refusal:
		outcome = ALREADY if isinstance(decision.refusal, AlreadyEnrolledError) else REFUSED
		report.add(name, outcome, decision.refusal.text, candidate.full_name)
		return None
	report.add(name, NOMINATED, name=candidate.full_name)
	return decision.status == ENROLLED


def _write(gate: Gate, people: Mapping[str, tuple[Candidate, bool]], reason: str | None) -> list[str]:
	"""Write requests for seats and hold those; the cohort's row is locked. Args: people, with whether one is free."""
	row = gate.row
	limited = bool(row.seat_count)
	found = {
		candidate.member.user: (candidate.full_name, seat and limited) for candidate, seat in people.values()
	}
	now = now_datetime()
	end = steps.runs_out(now, row.approval_days, holds.last_moment(row))
	names = _insert({"batch": row.name}, found, now, end, reason)
	row.seats_held += sum(held for _name, held in found.values())
	seating.save_counts(row)
	return names


def _insert(
	subject: Mapping[str, str],
	people: Mapping[str, tuple[str, bool]],
	now: datetime,
	end: datetime,
	reason: str | None,
) -> list[str]:
	"""Args: subject, the `batch` or `course`; people, (full name, whether a seat is held) by User."""
	by = frappe.session.user
	own = [member for member in people if member == by]
	managers = approvers.managers_to_ask(own)
	words = (reason or "").strip()[:LONGEST] or None
	next_on = steps.next_step_on(steps.ASKED, now, end)
	rows = [
		(
			*(subject.get("batch"), subject.get("course"), member, name, by, words, OPEN, int(held)),
			*(now, end, managers.get(member), steps.ASKED, next_on, MARK),
		)
		for member, (name, held) in people.items()
	]
	names = insert_rows(DOCTYPE, FIELDS, rows)
	asked = {name: (member, managers.get(member)) for name, member in zip(names, people, strict=True)}
	telling.tell_deciders(asked, steps.ASKED)
	return names


def _open_requests(where: Mapping[str, object], *, lock: bool = True) -> list[frappe._dict]:
	# a locking read: another click may have made it since this transaction's first read
	return read_rows(DOCTYPE, ("name", "member"), {**where, "open_mark": MARK}, lock=lock)
