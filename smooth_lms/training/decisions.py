"""What people decide about single assignments: assign, waive, cancel, extend; each with a reason that is kept."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import frappe
from frappe import _
from frappe.utils import formatdate, getdate, now_datetime, strip_html

from smooth_lms import permissions
from smooth_lms.base.notices.bell import ring
from smooth_lms.base.rows import set_on
from smooth_lms.courses import enrollment, versions
from smooth_lms.exceptions import AlreadyAssignedError, TrainingRefusedError
from smooth_lms.people.managers import managers_of
from smooth_lms.training import notices
from smooth_lms.training.assignments import closing, ledger, opening, review_list
from smooth_lms.training.assignments.ledger import DOCTYPE, MARK, NEXT_RUN
from smooth_lms.training.deciding.plan import (
	BY_HAND,
	COMPLETED,
	IN_PROGRESS,
	OPEN,
	OVERDUE,
	PENDING,
	WAIVED,
)
from smooth_lms.training.requirement import rules

MOST_BY_HAND = 500
GRANTED, REFUSED, REQUESTED = "Granted", "Refused", "Requested"


def admit(doc) -> None:
	"""Check a new assignment that a person makes, and fill in what goes without saying.

	Raises AlreadyAssignedError while one for the same person and course is open, overdue included;
	LicenceRefusedError, TrainingRefusedError.
	"""
	day = rules.today()
	doc.course_root = versions.family_root(doc.course)
	if doc.status not in (PENDING, COMPLETED):
		raise TrainingRefusedError(
			reason=_("A new assignment is {0}, or {1} with the day it was completed.").format(
				_(PENDING), _(COMPLETED)
			)
		)
	doc.assigned_by = doc.assigned_by or frappe.session.user
	if doc.completed_on or doc.status == COMPLETED:
		_admit_earlier(doc, day)
		return
	if not doc.due_date:
		raise TrainingRefusedError(reason=_("Enter a due date."))
	doc.rule_due = doc.rule_due or getdate(doc.due_date)
	doc.assigned_on = doc.assigned_on or day
	if getdate(doc.due_date) < day:
		sentence = _("The due date {0} is past: choose today or later.")
		raise TrainingRefusedError(reason=sentence.format(formatdate(doc.due_date)))
	if not frappe.get_cached_value("LMS Course", doc.course, "published"):
		raise TrainingRefusedError(reason=_("The course is not published: publish it first."))
	if not frappe.db.get_value("User", doc.member, "enabled"):
		raise TrainingRefusedError(reason=_("The user account is disabled: enable it first."))
	refuse_second(doc.member, doc.course_root)
	doc.open_mark = MARK


def assign_course(
	course: str, members: Sequence[str], due_date: str | date, *, by_manager: bool = False
) -> dict[str, Any]:
	"""Assign a course to some people, each by an assignment of their own, so that one refusal stops no other.

	Args: by_manager, the rights of the manager of these people were asked: see `of_reports.py`.

	Returns `assigned` (names) and `refused` (`member, reason` for each who did not get it). Raises TrainingRefusedError
	for more than MOST_BY_HAND people: a requirement does that, and goes on doing it.
	"""
	if len(members) > MOST_BY_HAND:
		sentence = _("At most {0} people at once: write a requirement for more.")
		raise TrainingRefusedError(reason=sentence.format(MOST_BY_HAND))
	assigned, refused = [], []
	for member in dict.fromkeys(members):
		frappe.db.savepoint("assign_course")
		try:
			day = _date(due_date) if due_date else None
			doc = frappe.get_doc({"doctype": DOCTYPE, "member": member, "course": course, "due_date": day})
			assigned.append(doc.insert(ignore_permissions=by_manager).name)
		except frappe.ValidationError as refusal:
			frappe.db.rollback(save_point="assign_course")
			frappe.clear_last_message()
			refused.append({"member": member, "reason": strip_html(str(refusal))})
	return {"assigned": assigned, "refused": refused}


def refuse_second(member: str, root: str) -> None:
	"""Raises AlreadyAssignedError while the person has an open assignment for the course."""
	if found := ledger.open_assignment(member, root):
		raise AlreadyAssignedError(member=member, due_date=formatdate(found.due_date))


def open_course(doc) -> None:
	"""Give access to the course of a new assignment, with a licence where it has any. Raises LicenceRefusedError."""
	if doc.status not in OPEN:
		return
	attempt = opening.open_one(doc.member, doc.member_name or doc.member, doc.course)
	values = {"attempt": attempt.number, "status": IN_PROGRESS if attempt.started else doc.status}
	set_on(doc, values, update_modified=False)


def waive(names: Sequence[str], reason: str) -> int:
	"""Let people off their open assignments for this cycle. Returns how many. Raises TrainingRefusedError."""
	return _close(names, closing.waive, reason)


def cancel(names: Sequence[str], reason: str) -> int:
	"""Take open assignments back; the rule gives them again only in the next cycle. Returns how many."""
	return _close(names, closing.cancel_by_hand, reason)


def extend(names: Sequence[str], until: str | date, reason: str | None = None) -> dict[str, Any]:
	"""Give open assignments another due date: managers a later one, a Moderator any day, an earlier one with a reason.

	Each assignment decides for itself: what stands in the way of one stops no other.

	Returns `changed`, and `refused` (`assignment, reason`). Raises TrainingRefusedError or PermissionError where there
	is only one, and TrainingRefusedError for a day that is none.
	"""
	free = permissions.is_moderator()
	day = _date(until) if free else _future(until)
	found = {row.name: row for row in _locked(names)}
	values: dict[str, dict[str, Any]] = {}
	refused = []
	for name in dict.fromkeys(names):
		try:
			values[name] = _moved(name, found.get(name), day, reason, free)
		except (TrainingRefusedError, frappe.PermissionError) as refusal:
			if len(names) == 1:
				raise
			frappe.clear_messages()
			refused.append({"assignment": name, "reason": str(refusal)})
	return {"changed": len(ledger.change(values)), "refused": refused}


def _moved(name: str, row: frappe._dict | None, day: date, reason: str | None, free: bool) -> dict[str, Any]:
	"""What one assignment gets by another due date. Raises TrainingRefusedError, PermissionError."""
	if refusal := _not_open(name, row):
		raise refusal
	permissions.require_others([row.member])
	if day == row.due_date or (day < row.due_date and not free):
		sentence = _("{0} is due {1} already: choose a later day.")
		raise TrainingRefusedError(reason=sentence.format(row.name, formatdate(row.due_date)))
	later = day > row.due_date
	if not later:
		_require_reason(reason)
	return {
		"due_date": day,
		"status": _status_at(row.status, row.started, day),
		"extended": 1,
		"extension_state": GRANTED if later else row.extension_state,
		"extension_reason": (reason or "").strip()[:500] or row.extension_reason,
		"extension_decided_by": frappe.session.user,
	}


def request_extension(name: str, until: str | date, reason: str) -> None:
	"""The learner asks for more time. Raises TrainingRefusedError."""
	day = _future(until)
	row = one_open(name)
	if row.member != frappe.session.user:
		frappe.throw(_("You can ask for more time only for your own training."), frappe.PermissionError)
	if not (reason or "").strip():
		raise TrainingRefusedError(reason=_("Enter why you need more time."))
	if day <= row.due_date:
		raise TrainingRefusedError(reason=_("It is due later than that already: choose a later day."))
	asked = {"extension_state": REQUESTED, "extension_until": day, "extension_reason": reason.strip()[:500]}
	ledger.change({name: asked})
	title = frappe.get_cached_value("LMS Course", row.course, "title")
	person = frappe.get_cached_value("User", row.member, "full_name") or row.member
	subject = _("{0} asks for more time: {1}").format(person, title)
	text = _("Until {0}: {1}").format(formatdate(day), reason.strip())
	ring(notices.MORE_TIME_ASKED.key, _deciders(row.member), subject, text, DOCTYPE, name)


def decide_extension(name: str, grant: bool) -> None:
	"""Answer a learner's request for more time. Raises TrainingRefusedError."""
	row = one_open(name)
	permissions.require_others([row.member])
	if row.extension_state != REQUESTED:
		raise TrainingRefusedError(reason=_("Nobody has asked for more time here."))
	if grant:
		day = max(row.extension_until, rules.today())
		extend([name], day)
		answer = _("It is due {0} now.").format(formatdate(day))
	else:
		ledger.change({name: {"extension_state": REFUSED, "extension_decided_by": frappe.session.user}})
		answer = _("It stays due {0}.").format(formatdate(row.due_date))
	title = frappe.get_cached_value("LMS Course", row.course, "title")
	subject = (_("More time granted: {0}") if grant else _("No more time: {0}")).format(title)
	ring(notices.MORE_TIME_DECIDED.key, {row.member}, subject, answer, DOCTYPE, name)


def decide_reviews(names: Sequence[str], *, due_date: str | None = None, reason: str | None = None) -> int:
	"""Answer questions of the review list about due dates that are past.

	Args:
	        names: LMS Training Review records; answered ones are passed over.
	        due_date: assign with this due date (YYYY-MM-DD); None leaves the people out of this cycle.
	        reason: why; required for leaving out.

	Returns how many were answered. Raises TrainingRefusedError.
	"""
	day = _future(due_date) if due_date else None
	if not day:
		_require_reason(reason)
	done = 0
	for name in sorted(names):
		doc = frappe.get_doc(review_list.DOCTYPE, name, for_update=True)
		if not doc.open_mark or doc.kind != review_list.PAST:
			continue
		permissions.require_others([doc.member])
		_carry_out(doc, day, reason)
		doc.update(
			{
				"state": review_list.DATED if day else review_list.LEFT_OUT,
				"open_mark": None,
				"due_date": day,
				"reason": reason,
				"decided_by": frappe.session.user,
				"decided_on": now_datetime(),
			}
		)
		doc.save(ignore_permissions=True)
		done += 1
	return done


def _deciders(member: str) -> list[str]:
	"""Who answers a request of this person: their manager, or the moderators of somebody who has none."""
	manager = managers_of([member]).get(member)
	return [manager] if manager else permissions.moderators()


def _carry_out(review, day: date | None, reason: str | None) -> None:
	"""Write the assignment that a decision asks for: open with the given due date, or waived."""
	current = frappe.db.get_value(
		DOCTYPE,
		{
			"rule_key": review.rule_key,
			"member": review.member,
			"course_root": review.course_root,
			"current_mark": MARK,
		},
		"name",
	)
	if day:
		refuse_second(review.member, review.course_root)
	if current:
		ledger.replace_current([current])
	program_source = "Mandatory course" if review.rule_key == rules.MANDATORY else "Requirement"
	doc = frappe.get_doc(
		{
			"doctype": DOCTYPE,
			"member": review.member,
			"employee": frappe.db.get_value("LMS Learner", review.member, "employee"),
			"course": review.course,
			"course_root": review.course_root,
			"requirement": review.requirement,
			"rule_key": review.rule_key,
			"current_mark": MARK,
			"cycle": review.cycle,
			"status": PENDING,
			"due_date": day or review.rule_due,
			"rule_due": review.rule_due,
			"renews": review.renews,
			"extended": 1,
			"source": program_source,
		}
	)
	if not day:
		doc.flags.closed = True
		doc.update(
			{
				"status": WAIVED,
				"assigned_on": rules.today(),
				"assigned_by": frappe.session.user,
				"closed_because": BY_HAND,
				"close_reason": reason,
				"closed_on": rules.today(),
				"closed_by": frappe.session.user,
				"review_on": NEXT_RUN,
			}
		)
	doc.insert(ignore_permissions=True)


def _admit_earlier(doc, day: date) -> None:
	"""A completion from before, entered or uploaded."""
	if not doc.completed_on:
		raise TrainingRefusedError(reason=_("Enter the date of completion."))
	if getdate(doc.completed_on) > day:
		raise TrainingRefusedError(reason=_("The date of completion is in the future."))
	same = {"member": doc.member, "course_root": doc.course_root, "status": COMPLETED}
	if frappe.db.exists(DOCTYPE, {**same, "completed_on": getdate(doc.completed_on)}):
		sentence = _("{0} completed this course on {1}, which is on record.")
		raise TrainingRefusedError(reason=sentence.format(doc.member, formatdate(doc.completed_on)))
	doc.status = COMPLETED
	doc.assigned_on = doc.assigned_on or doc.completed_on
	doc.due_date = doc.due_date or doc.completed_on
	doc.rule_due = doc.rule_due or getdate(doc.due_date)
	doc.open_mark = None


def _close(names: Sequence[str], close: Callable[..., list[str]], reason: str) -> int:
	_require_reason(reason)
	rows = _open_rows(names)
	permissions.require_others(row.member for row in rows)
	return len(close(rows, reason))


def _open_rows(names: Sequence[str]) -> list[frappe._dict]:
	"""These assignments, locked. Raises TrainingRefusedError for one that is closed or not there."""
	rows = {row.name: row for row in _locked(names)}
	for name in sorted(set(names)):
		if refusal := _not_open(name, rows.get(name)):
			raise refusal
	return list(rows.values())


def _not_open(name: str, row: frappe._dict | None) -> TrainingRefusedError | None:
	if not row:
		return TrainingRefusedError(reason=_("There is no assignment {0}.").format(name))
	if not row.open_mark:
		return TrainingRefusedError(reason=_("{0} is {1} already.").format(name, _(row.status)))
	return None


def _locked(names: Sequence[str]) -> list[frappe._dict]:
	"""Those of these assignments that are there, locked, with `started`."""
	table = frappe.qb.DocType(DOCTYPE)
	fields = ("name", "member", "course", "attempt", "status", "due_date", "open_mark")
	more = ("extension_state", "extension_until", "extension_reason")
	rows = (
		frappe.qb.from_(table)
		.select(*(table[each] for each in (*fields, *more)))
		.where(table.name.isin(sorted(set(names)) or [""]))
		.orderby(table.name)
		.for_update()
	).run(as_dict=True)
	known = Counter()
	for row in enrollment.attempts({row.member for row in rows}, {row.course for row in rows}):
		known[row.member, row.course, row.attempt] += row.status != "Not Started"
	for row in rows:
		row.started = bool(known[row.member, row.course, row.attempt])
	return rows


def one_open(name: str) -> frappe._dict:
	"""One open assignment, locked, with `started`. Raises TrainingRefusedError."""
	return _open_rows([name])[0]


def _status_at(status: str, started: bool, due: date) -> str:
	if due < rules.today():
		return OVERDUE
	return (IN_PROGRESS if started else PENDING) if status == OVERDUE else status


def _date(day: str | date) -> date:
	try:
		found = getdate(day)
	except (OverflowError, ValueError, frappe.ValidationError):
		found = None
	if not found:
		raise TrainingRefusedError(reason=_("{0} is not a date.").format(day))
	return found


def _future(day: str | date) -> date:
	found = _date(day)
	if found < rules.today():
		sentence = _("The due date {0} is past: choose today or later.")
		raise TrainingRefusedError(reason=sentence.format(formatdate(found)))
	return found


def _require_reason(reason: str | None) -> None:
	if not (reason or "").strip():
		raise TrainingRefusedError(reason=_("Give a reason: it is kept with the decision."))
