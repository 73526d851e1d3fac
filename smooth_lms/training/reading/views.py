"""What people see of training: their own, and that of the people who report to them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from pypika import Order

import frappe
from frappe.utils import cint, escape_html, getdate

from smooth_lms.base.numbers import rounded
from smooth_lms.courses import enrollment
from smooth_lms.people import managers
from smooth_lms.training.assignments.ledger import DOCTYPE
from smooth_lms.training.deciding.plan import COMPLETED, IN_PROGRESS
from smooth_lms.training.reading import courses, standing
from smooth_lms.training.reading.standing import ListQuery
from smooth_lms.training.requirement import rules

NAMES_A_STATEMENT = 5_000
NOT_STARTED = "Not Started"
"""Of an LMS Enrollment; an assignment that nobody has begun is Pending."""
ASSIGNED = """
	select course, attempt, open_mark, completed_on from `tabLMS Training Assignment`
	where member = %(user)s and status != 'Cancelled'
"""


@dataclass(frozen=True, slots=True)
class TeamQuery(ListQuery):
	"""What a manager wants to see."""

	whole_tree: bool = False

	@classmethod
	def of(cls, **values: Any) -> "TeamQuery":
		"""A query from what an address or a caller says; what makes no sense is left out."""
		values["whole_tree"] = bool(cint(values.get("whole_tree")))
		return super(TeamQuery, cls).of(**values)


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
	begun = enrollment.standing_in({row.course for row in rows}, [user]).get(user, {})
	found = []
	for row in rows:
		is_open = bool(row.pop("open_mark"))
		paused = bool(row.pop("paused_since"))
		progress = begun.get(row.course)
		found.append(
			{
				**row,
				"title": row.title or row.course,
				"route": f"/lms/courses/{row.course}",
				"open": is_open,
				"paused": paused,
				"days_left": (row.due_date - today).days if is_open else None,
				"progress": rounded(progress.progress) if is_open and progress else (0 if is_open else 100),
			}
		)
	closed = sorted(
		_each_once(row for row in found if not row["open"]),
		key=lambda row: row["completed_on"] or row["due_date"],
		reverse=True,
	)
	return [row for row in found if row["open"]] + closed


def other_courses(user: str) -> list[dict[str, Any]]:
	"""Courses that one person has without being assigned them: of their cohorts, or by their own wish.

	Returns rows as `of_member` does, with the title of the cohort in `cohort`; open ones have no due date, completed ones
	have `completed_on`. What is begun comes before what is not.
	"""
	table, course = frappe.qb.DocType("LMS Enrollment"), frappe.qb.DocType("LMS Course")
	batch = frappe.qb.DocType("LMS Batch")
	rows = (
		frappe.qb.from_(table)
		.left_join(course)
		.on(course.name == table.course)
		.left_join(batch)
		.on(batch.name == table.batch)
		.select(table.course, course.title, table.status, table.progress, table.completed_on, table.attempt)
		.select(batch.title.as_("cohort"))
		.where((table.member == user) & table.status.isin([NOT_STARTED, IN_PROGRESS, COMPLETED]))
		# what cannot be opened is nothing to do
		.where((table.status == COMPLETED) | (table.withdrawn_on.isnull() & (course.published == 1)))
		.orderby(table.status)  # In Progress before Not Started
		.orderby(table.modified, order=Order.desc)
	).run(as_dict=True)
	assigned = frappe.db.sql(ASSIGNED, {"user": user}, as_dict=True)
	is_open = {row.course for row in assigned if row.open_mark}
	done = {(row.course, row.completed_on) for row in assigned if row.completed_on}
	attempts = {(row.course, row.attempt) for row in assigned if row.attempt}
	found = []
	for row in rows:
		day = getdate(row.completed_on) if row.completed_on else None
		if (row.course, row.attempt) in attempts or (row.course, day) in done:
			continue
		if row.status != COMPLETED and row.course in is_open:
			continue
		found.append(
			{
				"name": None,
				"course": row.course,
				"title": row.title or row.course,
				"route": f"/lms/courses/{row.course}",
				"status": row.status,
				"open": row.status != COMPLETED,
				"cohort": row.cohort,
				"due_date": None,
				"days_left": None,
				"completed_on": day,
				"cycle": None,
				"requirement": None,
				"paused": False,
				"progress": rounded(row.progress),
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
	"""One page of the people who report to `manager`: see `standing.page_of`."""
	return standing.page_of(_team(manager, query), query)


def whole_team(manager: str, query: TeamQuery) -> list[dict[str, Any]]:
	"""Everybody who matches, in order, for a file; the page of the query is left out of account."""
	return standing.matching(_team(manager, query), query)[0]


def courses_of_team(manager: str, query: TeamQuery) -> list[tuple]:
	"""The courses of everybody who matches, for a file: see `courses.rows_of`."""
	people = {row["member"]: row["name"] for row in whole_team(manager, query)}
	members, rows = sorted(people), []
	for start in range(0, len(members), NAMES_A_STATEMENT):
		part = members[start : start + NAMES_A_STATEMENT]
		rows += courses.rows_of(people, lambda member, part=part: member.isin(part))
	return rows


def members_of(assignments: Collection[str]) -> set[str]:
	"""The people of these assignments. Raises DoesNotExistError."""
	rows = frappe.get_all(
		DOCTYPE, filters={"name": ["in", list(assignments)]}, fields=["name", "member"], limit=0
	)
	if missing := set(assignments) - {row.name for row in rows}:
		frappe.throw(
			frappe._("There is no assignment {0}.").format(escape_html(sorted(missing)[0])),
			frappe.DoesNotExistError,
		)
	return {row.member for row in rows}


def _each_once(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
	"""A completion from before and the round of a rule that it was good enough for are one, and the rule is named."""
	found: dict[tuple, dict[str, Any]] = {}
	for row in rows:
		key = (row["course"], row["completed_on"]) if row["status"] == COMPLETED else (row["name"],)
		if key not in found or (row["requirement"] and not found[key]["requirement"]):
			found[key] = row
	return list(found.values())


def _team(manager: str, query: TeamQuery) -> list[dict[str, Any]]:
	people = managers.team_of(manager, whole_tree=query.whole_tree)
	members, counted = list(people), {}
	for start in range(0, len(members), NAMES_A_STATEMENT):
		part = members[start : start + NAMES_A_STATEMENT]
		counted.update(standing.count(lambda member, part=part: member.isin(part)))
	return standing.rows_of(people, counted)
