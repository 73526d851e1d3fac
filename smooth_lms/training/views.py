"""What people see of training: their own, and that of the people who report to them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from pypika import Case, Order
from pypika import functions as fn

import frappe
from frappe.utils import cint

from smooth_lms.courses import enrollment
from smooth_lms.learners import directory
from smooth_lms.training import rules
from smooth_lms.training.ledger import DOCTYPE, MARK
from smooth_lms.training.plan import OVERDUE

PAGE_SIZE = 50
SOON_DAYS = 14
SORTS = ("overdue", "name", "next_due", "last_activity")
STATES = ("behind", "due", "on_track")


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
		values["state"] = values["state"] if values.get("state") in STATES else ""
		values["sort"] = values["sort"] if values.get("sort") in SORTS else "overdue"
		values["page"] = max(cint(values.get("page")) or 1, 1)
		values["page_size"] = min(max(cint(values.get("page_size")) or PAGE_SIZE, 1), PAGE_SIZE)
		values["search"] = str(values.get("search") or "").strip()[:140]
		values["whole_tree"] = bool(cint(values.get("whole_tree")))
		return cls(**values)


def of_member(user: str) -> list[dict[str, Any]]:
	"""All training of one person, what is most urgent first, then what is finished, the newest first.

	Returns rows with name, course, title, route, status, due_date, days_left, progress, completed_on, cycle,
	requirement (its title), paused, extension_state and extension_until.
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


def team(manager: str, query: TeamQuery) -> dict[str, Any]:
	"""One page of the people who report to `manager`.

	Returns `people` (rows with member, name, open, overdue, due_soon, done, next_due, last_activity, state), `total`
	(that match), `page`, `pages`, and `counts`: of everybody by state.
	"""
	rows, counts = _matching(manager, query)
	pages = max(-(-len(rows) // query.page_size), 1)
	page = min(query.page, pages)
	shown = rows[(page - 1) * query.page_size : page * query.page_size]
	_add_activity(shown)
	return {
		"people": shown,
		"total": len(rows),
		"everybody": sum(counts.values()),
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
	if query.state:
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
		still_open, overdue, due_soon, next_due, done = counted.get(member, (0, 0, 0, None, 0))
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
				"state": state,
			}
		)
	return rows


def _counted(members: Sequence[str], soon: date) -> dict[str, tuple]:
	table = frappe.qb.DocType(DOCTYPE)
	late = table.status == OVERDUE
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
				fn.Sum(Case().when(table.status == "Completed", 1).else_(0)),
			)
			.where(table.member.isin(members[start : start + 5_000]))
			.groupby(table.member)
		).run()
		found.update(
			{row[0]: (cint(row[1]), cint(row[2]), cint(row[3]), row[4], cint(row[5])) for row in rows}
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
