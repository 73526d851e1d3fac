"""Assignments in the database, read and written in sets. The only code that writes LMS Training Assignment in bulk.

`open_mark` is set while an assignment is open, `current_mark` on the latest of a person, course and requirement;
both are NULL otherwise, so that unique indexes hold one of each, whoever writes at the same time.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pypika import functions as fn

import frappe
from frappe import _
from frappe.utils import getdate

from smooth_lms.base.rows import Change, insert_rows, record_changes, update_rows
from smooth_lms.base.slugs import take_numbers
from smooth_lms.courses import enrollment, licences
from smooth_lms.training.deciding.plan import CANCELLED, COMPLETED, WAIVED, Last
from smooth_lms.training.requirement.rules import Program

DOCTYPE = "LMS Training Assignment"
SERIES = "TA-"
MARK = "1"
PAST, NO_LICENCE = "The due date is past", "No licence is free"
"""What the review list (LMS Training Review) asks about somebody and a course: one of them at a time."""

NEXT_RUN = date(1970, 1, 1)
"""Kept as the day to look again on: the next run does, whichever day it is in the requirement's time zone."""

BY_MEMBER, BY_RULE = "unique_open", "unique_current"
"""The indexes for reading what is written about some people. The database does not look how much a list of hundreds
finds, guesses that it is most of the table, and reads all of it: for each chunk of people, the more there are.
"""

LAST_FIELDS = (
	"name",
	"member",
	"course",
	"course_root",
	"status",
	"cycle",
	"due_date",
	"rule_due",
	"assigned_on",
	"completed_on",
	"renews",
	"closed_because",
	"extended",
	"review_on",
	"attempt",
)
INSERT_FIELDS = (
	"member",
	"member_name",
	"employee",
	"course",
	"batch",
	"status",
	"due_date",
	"completed_on",
	"requirement",
	"cycle",
	"source",
	"assigned_on",
	"assigned_by",
	"attempt",
	"rule_key",
	"course_root",
	"rule_due",
	"renews",
	"review_on",
	"open_mark",
	"current_mark",
)

Pair = tuple[str, str]
"""A person and the first version of a course."""


@dataclass(slots=True)
class Facts:
	"""What is written about a number of people, each by person and first version of the course."""

	last: dict[Pair, tuple[frappe._dict, Last]] = field(default_factory=dict)
	elsewhere: set[Pair] = field(default_factory=set)
	completed: dict[Pair, date] = field(default_factory=dict)
	attempts: dict[Pair, list[frappe._dict]] = field(default_factory=dict)
	asked: set[Pair] = field(default_factory=set)
	"""Whose due date is past already: a person decides."""
	waiting: set[Pair] = field(default_factory=set)
	"""Who is on the review list because no licence was free."""


def at_rest(program: Program) -> dict[str, tuple[int, int]]:
	"""For each person how many courses of the requirement need no look today, and how many are open.

	Courses that the requirement had once do not count. One statement, answered from an index.
	"""
	table = frappe.qb.DocType(DOCTYPE)
	query = (
		frappe.qb.from_(table)
		.select(table.member, fn.Count("*"), fn.Count(table.open_mark))
		.where((table.rule_key == program.key) & (table.current_mark == MARK))
		.where(table.course_root.isin(list(program.subjects) or [""]))
		.where(table.review_on.isnull() | (table.review_on > program.today))
		.groupby(table.member)
	)
	return {member: (resting, still_open) for member, resting, still_open in query.run()}


def asked_about(program: Program) -> dict[str, int]:
	"""For each person how many courses of the requirement wait on the review list and have no assignment `at_rest`."""
	review, table = frappe.qb.DocType("LMS Training Review"), frappe.qb.DocType(DOCTYPE)
	query = (
		frappe.qb.from_(review)
		.left_join(table)
		.on(
			(table.rule_key == review.rule_key)
			& (table.member == review.member)
			& (table.course_root == review.course_root)
			& (table.current_mark == MARK)
			& (table.review_on.isnull() | (table.review_on > program.today))
		)
		.select(review.member, fn.Count("*"))
		.where((review.rule_key == program.key) & (review.open_mark == MARK))
		.where(review.course_root.isin(list(program.subjects) or [""]))
		.where((review.kind == PAST) & table.name.isnull())
		.groupby(review.member)
	)
	return dict(query.run())


def waiting_for_licence(key: str) -> set[str]:
	"""Who is on the review list because no licence was free."""
	filters = {"rule_key": key, "kind": NO_LICENCE, "open_mark": MARK}
	return set(frappe.get_all("LMS Training Review", filters=filters, pluck="member", limit=0))


def open_of_other_courses(key: str, roots: Collection[str]) -> list[frappe._dict]:
	"""Open assignments by a requirement for courses that it does not have any more."""
	table = frappe.qb.DocType(DOCTYPE)
	query = (
		frappe.qb.from_(table)
		.select(*(table[each] for each in LAST_FIELDS))
		.where((table.rule_key == key) & (table.current_mark == MARK) & (table.open_mark == MARK))
	)
	if roots:
		query = query.where(table.course_root.notin(list(roots)))
	return query.run(as_dict=True)


def facts(program: Program, members: Sequence[str]) -> Facts:
	"""Everything written about these people and the requirement's courses. Five statements."""
	found = Facts()
	people, roots = list(members), list(program.subjects)
	if not people or not roots:
		return found
	table = frappe.qb.DocType(DOCTYPE)
	rows = (
		frappe.qb.from_(table)
		.force_index(BY_RULE)
		.select(*(table[each] for each in LAST_FIELDS))
		.where((table.rule_key == program.key) & (table.current_mark == MARK) & table.member.isin(people))
	).run(as_dict=True)
	found.last = {(row.member, row.course_root): (row, as_last(row)) for row in rows}
	rows = (
		frappe.qb.from_(table)
		.force_index(BY_MEMBER)
		.select(table.member, table.course_root)
		.where((table.open_mark == MARK) & table.member.isin(people))
		.where(table.rule_key.isnull() | (table.rule_key != program.key))
	).run()
	found.elsewhere = set(rows)
	_read_completions(found, program, people)
	review = frappe.qb.DocType("LMS Training Review")
	rows = (
		frappe.qb.from_(review)
		.select(review.member, review.course_root, review.kind)
		.where((review.rule_key == program.key) & (review.open_mark == MARK) & review.member.isin(people))
	).run()
	for member, root, kind in rows:
		(found.asked if kind == PAST else found.waiting).add((member, root))
	return found


def _read_completions(found: Facts, program: Program, people: list[str]) -> None:
	root_of = {course: subject.root for subject in program.subjects.values() for course in subject.family}
	attempts = defaultdict(list)
	for row in enrollment.attempts(people, root_of):
		pair = (row.member, root_of[row.course])
		attempts[pair].append(row)
		if row.status == COMPLETED and row.completed_on:
			_latest(found.completed, pair, getdate(row.completed_on))
	found.attempts = attempts
	table = frappe.qb.DocType(DOCTYPE)
	rows = (
		frappe.qb.from_(table)
		.force_index(BY_MEMBER)
		.select(table.member, table.course_root, fn.Max(table.completed_on))
		.where(table.member.isin(people) & (table.status == COMPLETED))
		.where(table.course_root.isin(list(program.subjects)))
		.groupby(table.member, table.course_root)
	).run()
	for member, root, day in rows:
		if day:
			_latest(found.completed, (member, root), day)


def as_last(row: frappe._dict) -> Last:
	"""An assignment as the plan sees it."""
	return Last(
		row.status,
		row.cycle,
		row.due_date,
		row.rule_due or row.due_date,
		row.assigned_on,
		row.completed_on,
		row.renews,
		row.closed_because,
		bool(row.extended),
		row.review_on,
	)


def insert(rows: Sequence[Mapping[str, Any]]) -> list[str | None]:
	"""Insert assignments with names of the series; a row that a unique index knows already is left out.

	Args: rows, values by INSERT_FIELDS; missing ones are NULL.

	Returns for each row its name, or None where it was left out.
	"""
	if not rows:
		return []
	names = [f"{SERIES}{number:05}" for number in take_numbers([SERIES] * len(rows))]
	return insert_named(rows, names)


def insert_named(rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> list[str | None]:
	"""As `insert`, with names taken before."""
	values = [tuple(map(row.get, INSERT_FIELDS)) for row in rows]
	return insert_rows(DOCTYPE, INSERT_FIELDS, values, names=names, skip_duplicates=True)


def restore_current(names: Collection[str]) -> None:
	"""No successor of these assignments was written after all: each is the current one, unless somebody else's is."""
	frappe.db.sql(
		"update ignore `tabLMS Training Assignment` set current_mark = %s where name in %s",
		(MARK, tuple(sorted(names))),
	)


def replace_current(names: Collection[str]) -> None:
	"""These assignments have a successor: they are not the current ones any more."""
	table = frappe.qb.DocType(DOCTYPE)
	ordered = sorted(names)
	for start in range(0, len(ordered), 1_000):
		part = ordered[start : start + 1_000]
		# sql: nothing is written but NULL
		frappe.qb.update(table).set(table.current_mark, None).where(table.name.isin(part)).run()


def change(values: Mapping[str, Mapping[str, Any]], *, only_open: bool = True) -> list[str]:
	"""Set fields of many assignments, with their history.

	Args:
	        values: for each name the same fields with their new values.
	        only_open: leave out assignments that have been closed by somebody else meanwhile.

	Returns the names that were changed.
	"""
	if not values:
		return []
	fields = list(next(iter(values.values())))
	table = frappe.qb.DocType(DOCTYPE)
	before: dict[str, frappe._dict] = {}
	names = sorted(values)
	for start in range(0, len(names), 1_000):
		query = (
			frappe.qb.from_(table)
			.select(table.name, *(table[each] for each in fields))
			.where(table.name.isin(names[start : start + 1_000]))
			.for_update()
		)
		if only_open:
			query = query.where(table.open_mark == MARK)
		before.update({row.name: row for row in query.run(as_dict=True)})
	todo = {name: dict(values[name]) for name in names if name in before}
	if not todo:
		return []
	update_rows(DOCTYPE, todo)
	record_changes(DOCTYPE, {name: _changes(before[name], new) for name, new in todo.items()})
	return list(todo)


def set_review(values: Mapping[str, date | None]) -> None:
	"""Note when to look at finished assignments again; not worth a line in their history."""
	by_day: dict[date | None, list[str]] = {}
	for name, day in values.items():
		by_day.setdefault(day, []).append(name)
	table = frappe.qb.DocType(DOCTYPE)
	for day, names in by_day.items():
		for start in range(0, len(names), 1_000):
			part = names[start : start + 1_000]
			# sql: dates and nothing else
			frappe.qb.update(table).set(table.review_on, day).where(table.name.isin(part)).run()


def look_again(members: Collection[str], roots: Collection[str]) -> None:
	"""Somebody has completed a course anew: the next run works out what that means for what is finished already."""
	table = frappe.qb.DocType(DOCTYPE)
	(
		frappe.qb.update(table)  # sql: dates and nothing else
		.set(table.review_on, NEXT_RUN)
		.where(table.member.isin(list(members) or [""]) & table.course_root.isin(list(roots) or [""]))
		.where((table.current_mark == MARK) & table.open_mark.isnull())
		.where(table.review_on.isnull() | (table.review_on > NEXT_RUN))
	).run()


def open_assignment(member: str, root: str) -> frappe._dict | None:
	"""The open assignment of a person for a course, if there is one."""
	return frappe.db.get_value(
		DOCTYPE,
		{"member": member, "course_root": root, "open_mark": MARK},
		["name", "due_date", "status", "requirement"],
		as_dict=True,
	)


def without_licence(course: str) -> list[frappe._dict]:
	"""The course enrollments (name, status) of open assignments that hold no licence, as they are now, locked."""
	table, access = frappe.qb.DocType(DOCTYPE), frappe.qb.DocType("LMS Enrollment")
	return (
		frappe.qb.from_(table)
		.join(access)
		.on(
			(access.member == table.member)
			& (access.course == table.course)
			& (access.attempt == table.attempt)
		)
		.select(access.name, access.status)
		.where((table.course == course) & (table.open_mark == MARK))
		.where(access.withdrawn_on.isnull() & access.licence_state.notin(licences.TAKEN))
		.orderby(access.name)
		.for_update()
	).run(as_dict=True)


def people_with_open(users: Collection[str] | None = None) -> list[str]:
	"""Everybody who has anything open, or those of `users`."""
	table = frappe.qb.DocType(DOCTYPE)
	query = frappe.qb.from_(table).select(table.member).distinct().where(table.open_mark == MARK)
	if users is not None:
		query = query.where(table.member.isin(list(users) or [""]))
	return query.run(pluck=True)


def open_of(members: Collection[str]) -> list[frappe._dict]:
	"""What these people have open, whoever assigned it: rows with name, member, course and attempt."""
	table = frappe.qb.DocType(DOCTYPE)
	return (
		frappe.qb.from_(table)
		.select(table.name, table.member, table.course, table.attempt)
		.where((table.open_mark == MARK) & table.member.isin(list(members) or [""]))
		.orderby(table.name)
	).run(as_dict=True)


def why_not_left(course: str, member: str) -> str | None:
	"""Why somebody who has this course assigned and open cannot leave it; None if they have not."""
	if not open_courses([member], [course]):
		return None
	return _("This course is assigned to you: ask your manager or a moderator.")


def open_courses(members: Collection[str], courses: Collection[str]) -> set[tuple[str, str]]:
	"""Who has which of these courses assigned and open."""
	table = frappe.qb.DocType(DOCTYPE)
	rows = (
		frappe.qb.from_(table)
		.select(table.member, table.course)
		.where((table.open_mark == MARK) & table.member.isin(list(members) or [""]))
		.where(table.course.isin(list(courses) or [""]))
	).run()
	return set(rows)


def open_names(members: Collection[str]) -> list[str]:
	"""The open assignments of these people."""
	filters = {"member": ["in", list(members) or [""]], "open_mark": MARK}
	return frappe.get_all(DOCTYPE, filters=filters, pluck="name", limit=0)


def open_people(course: str) -> int:
	"""How many people have the course assigned and open."""
	return frappe.db.count(DOCTYPE, {"course": course, "open_mark": MARK})


def assigned(roots: Collection[str]) -> dict[str, set[str]]:
	"""Who has each of these courses assigned, open or completed; not who was waived. Args: first versions of courses."""
	table = frappe.qb.DocType(DOCTYPE)
	rows = (
		frappe.qb.from_(table)
		.select(table.course_root, table.member)
		.distinct()
		.where(table.course_root.isin(list(roots) or [""]) & table.status.notin([CANCELLED, WAIVED]))
	).run()
	found: dict[str, set[str]] = {}
	for root, member in rows:
		found.setdefault(root, set()).add(member)
	return found


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
	hidden = ("open_mark", "review_on")
	return [
		(key, before[key], value)
		for key, value in after.items()
		if key not in hidden and before[key] != value
	]


def _latest(found: dict[Pair, date], pair: Pair, day: date) -> None:
	if pair not in found or found[pair] < day:
		found[pair] = day
