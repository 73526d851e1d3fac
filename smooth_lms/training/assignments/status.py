"""The status of assignments, kept here and nowhere else: from enrollments, completions, dates and leaves."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import frappe
from frappe.utils import getdate

from smooth_lms.base.reads import read_rows
from smooth_lms.courses import enrollment, licences, versions
from smooth_lms.people import presence
from smooth_lms.people.presence import Presence
from smooth_lms.training.assignments import assign, closing, ledger, proofs, review_list
from smooth_lms.training.assignments.ledger import DOCTYPE, MARK
from smooth_lms.training.deciding.plan import ARCHIVED, COMPLETED, IN_PROGRESS, OVERDUE, PENDING
from smooth_lms.training.requirement import rules

CHUNK = 1_000


def status_of(started: bool, due: date, today: date, *, paused: bool = False) -> str:
	"""The status of an open assignment. The due date itself is in time; a pause stops the clock."""
	if due < today and not paused:
		return OVERDUE
	return IN_PROGRESS if started else PENDING


def on_course_completed(name: str) -> None:
	"""Hook: an LMS Enrollment is completed; so is the assignment it was done for."""
	row = frappe.db.get_value(
		"LMS Enrollment", name, ["member", "course", "completed_on", "licence_state"], as_dict=True
	)
	root = versions.family_root(row.course)
	complete(row.member, root, getdate(row.completed_on) if row.completed_on else rules.today())
	if row.licence_state == licences.ASSIGNED:
		enrollment.set_licences([name], licences.USED)


def rests_on(name: str) -> bool:
	"""Hook: whether an assignment was completed by this LMS Enrollment."""
	row = frappe.db.get_value("LMS Enrollment", name, ["member", "course", "attempt"], as_dict=True)
	return bool(frappe.db.exists(DOCTYPE, {**row, "status": COMPLETED}))


def on_course_started(name: str) -> None:
	"""Hook: somebody has begun with an LMS Enrollment; its licence is used, its assignment in progress."""
	row = frappe.db.get_value("LMS Enrollment", name, ["member", "course", "licence_state"], as_dict=True)
	if row.licence_state == licences.ASSIGNED:
		enrollment.set_licences([name], licences.USED)
	root = versions.family_root(row.course)
	found = ledger.open_assignment(row.member, root)
	if found and found.status == PENDING:
		ledger.change({found.name: {"status": IN_PROGRESS}})


def completion_known(member: str, root: str) -> None:
	"""A completion from before was entered: it closes an open assignment that it is good enough for."""
	row = frappe.db.get_value(
		DOCTYPE,
		{"member": member, "course_root": root, "open_mark": MARK},
		["name", "rule_key", "renews", "member", "course", "attempt"],
		as_dict=True,
	)
	_work_out_anew([member], [root])
	if not row:
		return
	if row.rule_key:
		assign.assign_for([member], [row.rule_key])
		return
	latest = frappe.get_all(
		DOCTYPE,
		filters={"member": member, "course_root": root, "status": COMPLETED},
		pluck="completed_on",
		order_by="completed_on desc",
		limit=1,
	)
	complete(member, root, latest[0])
	closing.give_back([row])


def complete(member: str, root: str, day: date) -> None:
	"""Close the open assignment of a person for a course as completed on `day`; there may be none."""
	_work_out_anew([member], [root])
	row = frappe.db.get_value(
		DOCTYPE, {"member": member, "course_root": root, "open_mark": MARK}, ["name", "renews"], as_dict=True
	)
	if row and closing.counts(day, row.renews):
		closing.complete({row.name: day})


def daily() -> None:
	"""Scheduler: bring every open assignment in line with progress, leaves and the date. Commits as it goes."""
	follow_progress(commit=True)
	proofs.note_left_over(commit=True)
	close_for_leavers(commit=True)
	pause(commit=True)
	resume(commit=True)
	mark_overdue(commit=True)


def follow_progress(*, commit: bool = False) -> int:
	"""Repair what a lost event has left behind: started and completed courses. Returns how many changed."""
	table, course = frappe.qb.DocType(DOCTYPE), frappe.qb.DocType("LMS Enrollment")
	rows = (
		frappe.qb.from_(table)
		.join(course)
		.on(
			(course.member == table.member)
			& (course.course == table.course)
			& (course.attempt == table.attempt)
		)
		.select(
			table.name,
			table.member,
			table.course_root,
			table.status,
			table.renews,
			course.status.as_("progress"),
			course.completed_on,
		)
		.where((table.open_mark == MARK) & (course.status != "Not Started"))
		.where((course.status == COMPLETED) | (table.status == PENDING))
	).run(as_dict=True)
	started = {row.name: {"status": IN_PROGRESS} for row in rows if row.progress != COMPLETED}
	done = {}
	for row in rows:
		day = getdate(row.completed_on) if row.completed_on else rules.today()
		if row.progress == COMPLETED and closing.counts(day, row.renews):
			done[row.name] = day
	found = [row for row in rows if row.name in done]
	for part in _parts(found):
		_work_out_anew({row.member for row in part}, {row.course_root for row in part})
	_use_licences()
	changed = _change(started, commit)
	for part in _parts(sorted(done)):
		changed += len(closing.complete({name: done[name] for name in part}))
		if commit:
			frappe.db.commit()
	return changed


def mark_overdue(*, commit: bool = False) -> int:
	"""Note whose due date has passed, each by the clock of its requirement. Returns how many."""
	zones = dict(
		frappe.get_all(
			rules.DOCTYPE,
			filters={"timezone": ["is", "set"]},
			fields=["name", "timezone"],
			as_list=True,
			limit=0,
		)
	)
	site = rules.today()
	days = {name: rules.today(zone) for name, zone in zones.items()}
	rows = read_rows(
		DOCTYPE,
		("name", "requirement", "due_date"),
		{"open_mark": MARK, "status": (PENDING, IN_PROGRESS), "paused_since": None},
		up_to={"due_date": max([site, *days.values()]) - timedelta(days=1)},
		order="name",
	)
	late = {row.name: {"status": OVERDUE} for row in rows if row.due_date < days.get(row.requirement, site)}
	return _change(late, commit)


def close_for_leavers(users: Collection[str] | None = None, *, commit: bool = False) -> int:
	"""Cancel what is open for people who have left, whoever assigned it: a person, or a rule that is stopped or frozen.

	Questions about them on the review list answer themselves.

	Args: users, only these; everybody by default. Returns how many assignments.
	"""
	members = sorted({*ledger.people_with_open(users), *review_list.open_about(users)})
	if not members:
		return 0
	states = presence.of(members, rules.today())
	gone = [user for user in members if user in states and states[user].presence is Presence.GONE]
	done = 0
	for part in _parts(gone):
		done += assign.take_back(ledger.open_of(part), ARCHIVED)
		review_list.settle_for(part)
		if commit:
			frappe.db.commit()
	return done


def pause(users: Collection[str] | None = None, *, commit: bool = False) -> int:
	"""Stop the clock for people who are on a long leave or suspended. Returns for how many assignments.

	Args: users, only these; everybody by default. What is overdue already stays overdue.
	"""
	today = rules.today()
	rows = frappe.get_all(
		DOCTYPE,
		filters={
			"member": ["in", presence.paused(users, today)],
			"open_mark": MARK,
			"status": ["in", [PENDING, IN_PROGRESS]],
			"paused_since": ["is", "not set"],
		},
		pluck="name",
		limit=0,
	)
	return _change({name: {"paused_since": today} for name in rows}, commit)


def resume(users: Collection[str] | None = None, *, commit: bool = False) -> int:
	"""Start the clock again for people who are back: as many days later as they were away. Returns how many.

	Args: users, only these; everybody by default.
	"""
	today = rules.today()
	filters: dict[str, Any] = {"open_mark": MARK, "paused_since": ["is", "set"]}
	if users is not None:
		filters["member"] = ["in", list(users)]
	rows = frappe.get_all(
		DOCTYPE,
		filters=filters,
		fields=["name", "member", "due_date", "paused_since", "paused_days", "status"],
		limit=0,
	)
	states = presence.of({row.member for row in rows}, today)
	values = {}
	for row in rows:
		if row.member in states and states[row.member].presence is Presence.PRESENT:
			days = (today - row.paused_since).days
			values[row.name] = {
				"due_date": row.due_date + timedelta(days=days),
				"paused_days": row.paused_days + days,
				"paused_since": None,
			}
	return _change(values, commit)


def _work_out_anew(members: Collection[str], roots: Collection[str]) -> None:
	"""Somebody has completed a course: the next run works out what that means, also where all seemed settled."""
	ledger.look_again(members, roots)
	review_list.settle_past(members, roots)


def _use_licences() -> None:
	names = frappe.get_all(
		"LMS Enrollment",
		filters={"licence_state": licences.ASSIGNED, "status": ["!=", "Not Started"]},
		pluck="name",
		limit=0,
	)
	enrollment.set_licences(names, licences.USED)


def _change(values: Mapping[str, Mapping[str, Any]], commit: bool) -> int:
	done = 0
	for part in _parts(sorted(values)):
		done += len(ledger.change({name: values[name] for name in part}))
		if commit:
			frappe.db.commit()
	return done


def _parts(names: Sequence[Any]) -> Iterator[Sequence[Any]]:
	for start in range(0, len(names), CHUNK):
		yield names[start : start + CHUNK]
