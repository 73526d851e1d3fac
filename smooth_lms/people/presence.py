"""Whether somebody is here, away for a while, or gone, and why: one rule for assigning, pausing, reports and purges.

Who is away for a suspension is archived as a learner meanwhile, and has no access: that is asked by `absent`, which
handles begun earlier (an attempt, a ticket, a feed) ask again when they are used.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import date
from enum import Enum
from typing import Any, NamedTuple

import frappe

from smooth_lms.base.settings import setting_number
from smooth_lms.people import employees, leaves

ARCHIVED = "Archived"
"""The status of a learner who has left."""
SUSPENDED = "Suspended"
AT_WORK = ("Active", SUSPENDED)
"""What HR says of employees who have not left."""
LEFT, EXCLUDED, DISABLED, ON_LEAVE = "Left", "Excluded", "Account disabled", "On leave"
"""Reasons, besides SUSPENDED and ARCHIVED."""

ABSENT = """
	select account.name
	from `tabUser` account
	left join `tabLMS Learner` learner on learner.name = account.name
	where account.name in %(users)s and (account.enabled = 0 or learner.status = 'Archived')
"""


class Presence(Enum):
	"""Whether somebody can be given training at all."""

	PRESENT = "Present"
	PAUSED = "Paused"
	"""On a long leave or suspended: nothing new, and what is open waits."""
	GONE = "Gone"


class State(NamedTuple):
	"""Somebody's presence, with the reason where they are not simply present."""

	presence: Presence
	reason: str | None = None


HERE = State(Presence.PRESENT)


def of(users: Collection[str], today: date) -> dict[str, State]:
	"""The state of these Users, those without an employee or learner record among them. Two statements.

	Args:
	        users: names of User; those that do not exist are left out.
	        today: the day, for leaves.
	"""
	user, learner = frappe.qb.DocType("User"), frappe.qb.DocType("LMS Learner")
	employee = frappe.qb.DocType("Employee")
	query = frappe.qb.from_(user).left_join(learner).on(learner.name == user.name)
	if employees.has_hr():
		query = query.left_join(employee).on(employee.user_id == user.name)
		query = query.orderby(employee.creation, employee.name)
	query = query.select(user.name, *fields(employee, user, learner))
	rows = query.where(user.name.isin(list(users) or [""])).run()
	state_of = reader(today, [row[1] for row in rows if row[1]])
	records = employees.speaking(rows, lambda row: (row[0], row[2] or ""))
	return {name: state_of(row[1:]) for name, row in records.items()}


def paused(users: Collection[str] | None, today: date) -> list[str]:
	"""The Users whose clock stands still today. Args: users, only these; everybody by default."""
	if not employees.has_hr():
		return []
	employee = frappe.qb.DocType("Employee")
	wanted = employee.name.isin(list(leaves.away(today)) or [""])
	if setting_number("pause_suspended"):
		wanted = wanted | (employee.status == SUSPENDED)
	query = frappe.qb.from_(employee).select(employee.user_id).where(wanted & employee.user_id.isnotnull())
	if users is not None:
		query = query.where(employee.user_id.isin(list(users) or [""]))
	states = of(query.run(pluck=True), today)
	return [user for user, state in states.items() if state.presence is Presence.PAUSED]


def fields(employee: Any, user: Any, learner: Any) -> list[Any]:
	"""The columns that `reader` reads, for a query over these tables; the learner may be missing (a left join)."""
	record = [employee.name, employee.status] if employees.has_hr() else [None, None]
	excluded = employees.has_hr() and frappe.get_meta("Employee").has_field("exclude_from_lms")
	return [
		*record,
		user.enabled,
		learner.status,
		learner.archived_reason,
		employee.exclude_from_lms if excluded else 0,
	]


def reader(
	today: date | None = None, records: Collection[str] | None = None
) -> Callable[[Sequence[Any]], State]:
	"""A function that tells the state from one row of `fields`.

	Args:
	        today: the day, for leaves; without it nobody counts as on leave.
	        records: the Employees about whom it will be asked; all by default.
	"""
	suspended_waits = bool(setting_number("pause_suspended"))
	away = leaves.away(today, records) if today else frozenset()

	def state_of(row: Sequence[Any]) -> State:
		record, status, enabled, learner_status, why_archived, excluded = row
		return state(
			status if record else None,
			enabled=bool(enabled),
			archived=learner_status == ARCHIVED,
			archived_for=why_archived,
			excluded=bool(excluded),
			on_leave=record in away,
			suspended_waits=suspended_waits,
		)

	return state_of


def state(
	status: str | None,
	*,
	enabled: bool,
	archived: bool = False,
	archived_for: str | None = None,
	excluded: bool = False,
	on_leave: bool = False,
	suspended_waits: bool = True,
) -> State:
	"""The rule.

	Args:
	        status: what HR says of the employee record; None for people without one.
	        enabled: of the user account.
	        archived: the learner.
	        archived_for: why.
	        excluded: HR keeps the employee out of the LMS.
	        on_leave: so long that due dates wait.
	        suspended_waits: LMS Settings: a suspension pauses; else suspended people count as gone.
	"""
	if status is not None and status not in AT_WORK:
		return State(Presence.GONE, LEFT)
	if excluded:
		return State(Presence.GONE, EXCLUDED)
	# whoever was archived for a suspension is back in a moment once HR says so
	waits = status is not None and archived_for == SUSPENDED
	if archived and not waits:
		return State(Presence.GONE, ARCHIVED)
	if status == SUSPENDED or archived:
		return State(Presence.PAUSED if suspended_waits else Presence.GONE, SUSPENDED)
	if not enabled:
		return State(Presence.GONE, DISABLED)
	return State(Presence.PAUSED, ON_LEAVE) if on_leave else HERE


def absent(users: Collection[str]) -> set[str]:
	"""Those of `users` whose access has ended: their account is disabled, or their learner is archived. One query."""
	if not users:
		return set()
	return set(frappe.db.sql(ABSENT, {"users": tuple(users)}, pluck=True))


def is_absent(user: str) -> bool:
	"""Whether the access of `user` has ended; see `absent`."""
	return bool(absent([user]))
