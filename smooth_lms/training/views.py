"""What people see of training: their own, and that of the people who report to them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from pypika import Case, Order
from pypika import functions as fn

import frappe
from frappe.utils import cint, getdate

from smooth_lms.courses import enrollment
from smooth_lms.learners import directory
from smooth_lms.training import rules
from smooth_lms.training.ledger import DOCTYPE, MARK
from smooth_lms.training.plan import COMPLETED, IN_PROGRESS, OVERDUE

PAGE_SIZE = 50
SOON_DAYS = 14
SORTS = ("overdue", "name", "next_due", "last_activity")
STATES = ("behind", "due", "on_track")
ASKING = "asking"


@dataclass(frozen=True, slots=True)
class TeamQuery:
	"""What a manager wants to see."""

	whole_tree: bool = False
	search: str = ""
	state: str = ""
	sort: str = "overdue"
	page: int = 1
	page_size: int = PAGE_SIZE

	@classmethod
	def of(cls, **values: Any) -> "TeamQuery":
		"""A query from what an address or a caller says; what makes no sense is left out."""
		values["state"] = values["state"] if values.get("state") in (*STATES, ASKING) else ""
		values["sort"] = values["sort"] if values.get("sort") in SORTS else "overdue"
		values["page"] = max(cint(values.get("page")) or 1, 1)
		values["page_size"] = min(max(cint(values.get("page_size")) or PAGE_SIZE, 1), PAGE_SIZE)
		values["search"] = str(values.get("search") or "").strip()[:140]
		values["whole_tree"] = bool(cint(values.get("whole_tree")))
		return cls(**values)


def of_member(user: str) -> list[dict[str, Any]]:
	"""All training of one person, what is most urgent first, then what is finished, the newest first.

	Returns rows with name, course, title, route, status, due_date, days_left, progress, completed_on, cycle,
	requirement (its title), paused, extension_state, extension_until and extension_reason.
	"""
	table, course, rule = (
		frappe.qb.DocType(each) for each in (DOCTYPE, "LMS Course", "LMS Training Requirement")
	)
	rows = (
		frappe.qb.from_(table)
		.left_join(course)
		.on(course.name == table.course)
		.left_join(rule)
		.on(rule.name == table.requirement)
		.select(
			table.name,
			table.course,
			course.title,
			table.status,
			table.due_date,
			table.completed_on,
			table.cycle,
			table.open_mark,
			table.paused_since,
			table.extension_state,
			table.extension_until,
			table.extension_reason,
			rule.title.as_("requirement"),
		)
		.where(table.member == user)
		.orderby(table.open_mark, order=Order.desc)
		.orderby(table.due_date)
	).run(as_dict=True)
	today = rules.today()
	standing = enrollment.standing_in({row.course for row in rows}, [user]).get(user, {})
	found = []
	for row in rows:
		is_open = bool(row.pop("open_mark"))
		paused = bool(row.pop("paused_since"))
		progress = standing.get(row.course)
		found.append(
			{
				**row,
				"title": row.title or row.course,
				"route": f"/lms/courses/{row.course}",
				"open": is_open,
				"paused": paused,
				"days_left": (row.due_date - today).days if is_open else None,
				"progress": round(progress.progress or 0)
				if is_open and progress
				else (0 if is_open else 100),
			}
		)
	closed = sorted(
		(row for row in found if not row["open"]),
		key=lambda row: row["completed_on"] or row["due_date"],
		reverse=True,
	)
	return [row for row in found if row["open"]] + closed


def other_courses(user: str) -> list[dict[str, Any]]:
	"""Courses that one person has begun or completed without being assigned them: in cohorts, or by their own wish.

	Returns rows as `of_member` does; those in progress have no due date, completed ones have `completed_on`.
	"""
	table, course = frappe.qb.DocType("LMS Enrollment"), frappe.qb.DocType("LMS Course")
	rows = (
		frappe.qb.from_(table)
		.left_join(course)
		.on(course.name == table.course)
		.select(table.course, course.title, table.status, table.progress, table.completed_on, table.attempt)
		.where((table.member == user) & table.status.isin([IN_PROGRESS, COMPLETED]))
		.where((table.status == COMPLETED) | table.withdrawn_on.isnull())
		.orderby(table.modified, order=Order.desc)
	).run(as_dict=True)
	assigned = frappe.get_all(
		DOCTYPE,
		filters={"member": user, "status": ["!=", "Cancelled"]},
		fields=["course", "attempt", "open_mark", "completed_on"],
		limit=0,
	)
	is_open = {row.course for row in assigned if row.open_mark}
	done = {(row.course, row.completed_on) for row in assigned if row.completed_on}
	attempts = {(row.course, row.attempt) for row in assigned if row.attempt}
	found = []
	for row in rows:
		day = getdate(row.completed_on) if row.completed_on else None
		if (row.course, row.attempt) in attempts or (row.course, day) in done:
			continue
		if row.status == IN_PROGRESS and row.course in is_open:
			continue
		found.append(
			{
				"name": None,
				"course": row.course,
				"title": row.title or row.course,
				"route": f"/lms/courses/{row.course}",
				"status": row.status,
				"open": row.status == IN_PROGRESS,
				"due_date": None,
				"days_left": None,
				"completed_on": day,
				"cycle": None,
				"requirement": None,
				"paused": False,
				"progress": round(row.progress or 0),
				"extension_state": None,
				"extension_until": None,
				"extension_reason": None,
			}
		)
	return found


def everything_of(user: str) -> list[dict[str, Any]]:
	"""`of_member` and `other_courses` together: what is open first, then what is finished, the newest first."""
	rows = [*of_member(user), *other_courses(user)]
	closed = [row for row in rows if not row["open"]]
	closed.sort(key=lambda row: row["completed_on"] or row["due_date"], reverse=True)
	return [row for row in rows if row["open"]] + closed


def team(manager: str, query: TeamQuery) -> dict[str, Any]:
	"""One page of the people who report to `manager`.

	Returns `people` (rows with member, name, open, overdue, due_soon, done, next_due, last_activity, state, and
	`asking`, for how many courses they ask for more time), `total` (that match), `page`, `pages`, and `counts`: of
	everybody by state, and of those who ask for more time.
	"""
	rows, counts = _matching(manager, query)
	pages = max(-(-len(rows) // query.page_size), 1)
	page = min(query.page, pages)
	shown = rows[(page - 1) * query.page_size : page * query.page_size]
	_add_activity(shown)
	return {
		"people": shown,
		"total": len(rows),
		"everybody": sum(counts[state] for state in STATES),
		"page": page,
		"pages": pages,
		"counts": counts,
	}


def whole_team(manager: str, query: TeamQuery) -> list[dict[str, Any]]:
	"""Everybody who matches, in order, for a file; the page of the query is left out of account."""
	return _matching(manager, query)[0]


def members_of(assignments: Collection[str]) -> set[str]:
	"""The people of these assignments. Raises DoesNotExistError."""
	rows = frappe.get_all(
		DOCTYPE, filters={"name": ["in", list(assignments)]}, fields=["name", "member"], limit=0
	)
	if missing := set(assignments) - {row.name for row in rows}:
		frappe.throw(
			frappe._("There is no assignment {0}.").format(sorted(missing)[0]), frappe.DoesNotExistError
		)
	return {row.member for row in rows}


def _matching(manager: str, query: TeamQuery) -> tuple[list[dict[str, Any]], dict[str, int]]:
	"""The people who match, in order, and how many there are of each state among all."""
	rows = _standing(directory.team_of(manager, whole_tree=query.whole_tree))
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
		_add_activity(rows)
	rows.sort(key=_sort_key(query.sort))
	return rows, counts


def _standing(people: Mapping[str, str]) -> list[dict[str, Any]]:
	soon = rules.today() + timedelta(days=SOON_DAYS)
	counted = _counted(list(people), soon)
	rows = []
	for member, name in people.items():
		still_open, overdue, due_soon, next_due, done, asking = counted.get(member, (0, 0, 0, None, 0, 0))
		state = "behind" if overdue else "due" if due_soon else "on_track"
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
				"state": state,
			}
		)
	return rows


def _counted(members: Sequence[str], soon: date) -> dict[str, tuple]:
	table = frappe.qb.DocType(DOCTYPE)
	late, asks = table.status == OVERDUE, table.extension_state == "Requested"
	waiting = (table.open_mark == MARK) & (table.status != OVERDUE) & table.paused_since.isnull()
	found: dict[str, tuple] = {}
	for start in range(0, len(members), 5_000):
		rows = (
			frappe.qb.from_(table)
			.select(
				table.member,
				fn.Count(table.open_mark),
				fn.Sum(Case().when(late, 1).else_(0)),
				fn.Sum(Case().when(waiting & (table.due_date <= soon), 1).else_(0)),
				fn.Min(Case().when(table.open_mark == MARK, table.due_date)),
				fn.Sum(Case().when(table.status == COMPLETED, 1).else_(0)),
				fn.Sum(Case().when((table.open_mark == MARK) & asks, 1).else_(0)),
			)
			.where(table.member.isin(members[start : start + 5_000]))
			.groupby(table.member)
		).run()
		found.update(
			{
				member: (cint(still_open), cint(overdue), cint(soon_due), next_due, cint(done), cint(asking))
				for member, still_open, overdue, soon_due, next_due, done, asking in rows
			}
		)
	return found


def _add_activity(rows: Sequence[dict[str, Any]]) -> None:
	missing = [row["member"] for row in rows if "last_activity" not in row]
	if not missing:
		return
	table = frappe.qb.DocType("LMS Enrollment")
	found = dict(
		frappe.qb.from_(table)
		.select(table.member, fn.Max(table.last_activity))
		.where(table.member.isin(missing))
		.groupby(table.member)
		.run()
	)
	for row in rows:
		row.setdefault("last_activity", found.get(row["member"]))


def _sort_key(sort: str):
	if sort == "name":
		return lambda row: row["name"].lower()
	if sort == "next_due":
		return lambda row: (row["next_due"] or date.max, row["name"].lower())
	if sort == "last_activity":
		return lambda row: (
			row["last_activity"] is not None,
			row["last_activity"] or datetime.min,
			row["name"].lower(),
		)
	return lambda row: (-row["overdue"], row["next_due"] or date.max, row["name"].lower())
