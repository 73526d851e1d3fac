"""How many people stand with their training at once: counted, in order, a page at a time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from pypika import Case, Criterion
from pypika import functions as fn

import frappe
from frappe.utils import cint

from smooth_lms.base import paging
from smooth_lms.training.assignments.ledger import DOCTYPE, MARK
from smooth_lms.training.deciding.due import SOON_DAYS
from smooth_lms.training.deciding.plan import COMPLETED, OVERDUE
from smooth_lms.training.requirement import rules

PAGE_SIZE = 50
SORTS = ("overdue", "name", "next_due", "last_activity")
BEHIND, DUE, ON_TRACK = "behind", "due", "on_track"
STATES = (BEHIND, DUE, ON_TRACK)
ASKING = "asking"


@dataclass(frozen=True, slots=True)
class ListQuery:
	"""Which people of a list to show, and in which order."""

	search: str = ""
	state: str = ""
	sort: str = "overdue"
	page: int = 1
	page_size: int = PAGE_SIZE

	@classmethod
	def of(cls, **values: Any) -> "ListQuery":
		"""A query from what an address or a caller says; what makes no sense is left out."""
		values["state"] = values["state"] if values.get("state") in (*STATES, ASKING) else ""
		values["sort"] = values["sort"] if values.get("sort") in SORTS else "overdue"
		return cls(**{**values, **paging.asked(values, page_size=PAGE_SIZE, largest=PAGE_SIZE)})


def rows_of(people: Mapping[str, str], counted: Mapping[str, tuple]) -> list[dict[str, Any]]:
	"""A row for each person: member, name, open, overdue, due_soon, done, next_due, asking (for more time in how many
	courses) and state.

	Args:
	        people: full names by user.
	        counted: see `count`.
	"""
	rows = []
	for member, name in people.items():
		still_open, overdue, due_soon, next_due, done, asking = counted.get(member, (0, 0, 0, None, 0, 0))
		rows.append(
			{
				"member": member,
				"name": name or member,
				"open": still_open,
				"overdue": overdue,
				"due_soon": due_soon,
				"done": done,
				"next_due": next_due,
				"asking": asking,
				"state": BEHIND if overdue else DUE if due_soon else ON_TRACK,
			}
		)
	return rows


def count(among: Callable[[Any], Criterion] | None = None) -> dict[str, tuple]:
	"""For each person how many assignments are open, overdue, due soon, the next due date, done, asked for more time.

	Args: among, the condition on the member's column that says whose; everybody's without it. One statement.
	"""
	table = frappe.qb.DocType(DOCTYPE)
	soon = rules.today() + timedelta(days=SOON_DAYS)
	late, asks = table.status == OVERDUE, table.extension_state == "Requested"
	waiting = (table.open_mark == MARK) & (table.status != OVERDUE) & table.paused_since.isnull()
	query = (
		frappe.qb.from_(table)
		.select(
			table.member,
			fn.Count(table.open_mark),
			fn.Sum(Case().when(late, 1).else_(0)),
			fn.Sum(Case().when(waiting & (table.due_date <= soon), 1).else_(0)),
			fn.Min(Case().when(table.open_mark == MARK, table.due_date)),
			# a completion from before, and the round of a rule that it was good enough for, are one
			fn.Count(
				Case().when(table.status == COMPLETED, fn.Concat(table.course_root, "/", table.completed_on))
			).distinct(),
			fn.Sum(Case().when((table.open_mark == MARK) & asks, 1).else_(0)),
		)
		.groupby(table.member)
	)
	if among:
		query = query.where(among(table.member))
	return {
		member: (cint(still_open), cint(overdue), cint(soon_due), next_due, cint(done), cint(asking))
		for member, still_open, overdue, soon_due, next_due, done, asking in query.run()
	}


def matching(rows: list[dict[str, Any]], query: ListQuery) -> tuple[list[dict[str, Any]], dict[str, int]]:
	"""The rows that match, in order, and how many there are of each state among all."""
	counts = {state: sum(row["state"] == state for row in rows) for state in STATES}
	counts[ASKING] = sum(bool(row["asking"]) for row in rows)
	if query.state == ASKING:
		rows = [row for row in rows if row["asking"]]
	elif query.state:
		rows = [row for row in rows if row["state"] == query.state]
	if query.search:
		needle = query.search.lower()
		rows = [row for row in rows if needle in row["name"].lower() or needle in row["member"].lower()]
	if query.sort == "last_activity":
		add_activity(rows)
	return sorted(rows, key=_sort_key(query.sort)), counts


def page_of(rows: list[dict[str, Any]], query: ListQuery) -> dict[str, Any]:
	"""One page of rows.

	Returns `people` (the rows, with last_activity, open_courses and reminded_on), `total` (that match), `everybody` (of
	all rows), `page`, `pages`, `page_size` and `counts`: of everybody by state, and of those who ask for more time.
	"""
	found, counts = matching(rows, query)
	part = paging.part(query.page, query.page_size, len(found))
	shown = found[part.skipped : part.skipped + part.page_size]
	add_activity(shown)
	add_open_courses(shown)
	return {
		"people": shown,
		"everybody": len(rows),
		"counts": counts,
		**part.as_dict(),
	}


def add_activity(rows: Sequence[dict[str, Any]]) -> None:
	"""Add `last_activity`, when each person did anything in a course; None for never."""
	missing = [row["member"] for row in rows if "last_activity" not in row]
	if not missing:
		return
	table = frappe.qb.DocType("LMS Enrollment")
	query = frappe.qb.from_(table).select(table.member, fn.Max(table.last_activity)).groupby(table.member)
	if len(missing) <= PAGE_SIZE:
		query = query.where(table.member.isin(missing))
	found = dict(query.run())
	for row in rows:
		row.setdefault("last_activity", found.get(row["member"]))


def add_open_courses(rows: Sequence[dict[str, Any]]) -> None:
	"""Add `open_courses`, the titles of what each person has to do, the first due first, and `reminded_on`, the day
	of the last reminder of them. One statement.
	"""
	table, course = frappe.qb.DocType(DOCTYPE), frappe.qb.DocType("LMS Course")
	query = (
		frappe.qb.from_(table)
		.left_join(course)
		.on(course.name == table.course)
		.select(table.member, fn.Coalesce(course.title, table.course), table.last_reminder_on)
		.where((table.open_mark == MARK) & table.member.isin([row["member"] for row in rows] or [""]))
		.orderby(table.due_date)
	)
	titles: dict[str, list[str]] = {}
	reminded: dict[str, date] = {}
	for member, title, day in query.run():
		titles.setdefault(member, []).append(title)
		if day:
			reminded[member] = max(day, reminded.get(member, day))
	for row in rows:
		row["open_courses"] = titles.get(row["member"], [])
		row["reminded_on"] = reminded.get(row["member"])


def _sort_key(sort: str) -> Callable[[dict[str, Any]], tuple]:
	if sort == "name":
		return lambda row: (row["name"].lower(),)
	if sort == "next_due":
		return lambda row: (row["next_due"] or date.max, row["name"].lower())
	if sort == "last_activity":
		return lambda row: (
			row["last_activity"] is not None,
			row["last_activity"] or datetime.min,
			row["name"].lower(),
		)
	return lambda row: (-row["overdue"], row["next_due"] or date.max, row["name"].lower())
