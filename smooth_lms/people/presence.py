"""Whether somebody is here, away for a while, or gone, and why: one rule for assigning, pausing, reports and purges.

Whom HR calls Suspended or Inactive is archived as a learner meanwhile, and has no access: that is asked by `absent`,
which handles begun earlier (an attempt, a ticket, a feed) ask again when they are used. Whom HR calls Left is here until
the relieving date, or for as long as HR keeps their access.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import date
from enum import Enum
from typing import Any, NamedTuple

from pypika.terms import Criterion

import frappe
from frappe.utils import getdate

from smooth_lms.base.settings import setting_number
from smooth_lms.people import employees, leaves

ARCHIVED = "Archived"
"""The status of a learner who has left."""
SUSPENDED, INACTIVE = "Suspended", "Inactive"
AWAY = (SUSPENDED, INACTIVE)
"""What HR says of employees who are away for now: they have no access, and what is open waits."""
AT_WORK = ("Active", *AWAY)
"""What HR says of employees who have not left."""
LEFT, EXCLUDED, DISABLED, ON_LEAVE = "Left", "Excluded", "Account disabled", "On leave"
"""Reasons, besides those of AWAY and ARCHIVED."""

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
	"""On a long leave, suspended or inactive: nothing new, and what is open waits."""
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
		wanted = wanted | employee.status.isin(AWAY)
	query = frappe.qb.from_(employee).select(employee.user_id).where(wanted & employee.user_id.isnotnull())
	if users is not None:
		query = query.where(employee.user_id.isin(list(users) or [""]))
	states = of(query.run(pluck=True), today)
	return [user for user, state in states.items() if state.presence is Presence.PAUSED]


def fields(employee: Any, user: Any, learner: Any) -> list[Any]:
	"""The columns that `reader` reads, for a query over these tables; the learner may be missing (a left join)."""
	record = [employee.name, employee.status] if employees.has_hr() else [None, None]
	return [
		*record,
		user.enabled,
		learner.status,
		learner.archived_reason,
		employee.exclude_from_lms if _has("exclude_from_lms") else 0,
		employee.relieving_date if employees.has_hr() else None,
		employee.lms_keep_access if _has("lms_keep_access") else 0,
	]


def at_work(employee: Any, today: date) -> Criterion:
	"""The condition of a query that leaves out employees who have left. Args: employee, the table of the query."""
	stays = employee.relieving_date > today
	if _has("lms_keep_access"):
		stays = stays | (employee.lms_keep_access == 1)
	return employee.status.isin(AT_WORK) | ((employee.status == LEFT) & stays)


def has_left(
	status: str, last_day: date | None, today: date, *, keeps_access: bool = False, separated: bool = False
) -> bool:
	"""Whether somebody has left: on the last day where HR names one, else at once.

	Args:
	        status: what HR says of the employee record.
	        last_day: the relieving date.
	        keeps_access: HR keeps the access of somebody who leaves.
	        separated: an Employee Separation was submitted, which alone does not change the status.
	"""
	if keeps_access or not (separated or status == LEFT):
		return False
	return last_day <= today if last_day else status == LEFT


def reader(
	today: date | None = None, records: Collection[str] | None = None
) -> Callable[[Sequence[Any]], State]:
	"""A function that tells the state from one row of `fields`.

	Args:
	        today: the day; without it nobody counts as on leave, and who leaves is looked at as of the site's day.
	        records: the Employees about whom it will be asked; all by default.
	"""
	day = today or getdate()
	suspended_waits = bool(setting_number("pause_suspended"))
	away = leaves.away(today, records) if today else frozenset()

	def state_of(row: Sequence[Any]) -> State:
		record, status, enabled, learner_status, why_archived, excluded, last_day, keeps_access = row
		return state(
			status if record else None,
			stays=status == LEFT and not has_left(status, last_day, day, keeps_access=bool(keeps_access)),
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
	stays: bool = False,
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
	        stays: HR says Left, and the last day is ahead or the access is kept: see `has_left`.
	        archived: the learner.
	        archived_for: why.
	        excluded: HR keeps the employee out of the LMS.
	        on_leave: so long that due dates wait.
	        suspended_waits: LMS Settings: a suspension pauses; else people who are AWAY count as gone.
	"""
	if status is not None and status not in AT_WORK and not stays:
		return State(Presence.GONE, LEFT)
	if excluded:
		return State(Presence.GONE, EXCLUDED)
	# whoever was archived for a suspension is back in a moment once HR says so
	waits = status is not None and archived_for in AWAY
	if archived and not waits:
		return State(Presence.GONE, ARCHIVED)
	if status in AWAY or archived:
		reason = status if status in AWAY else archived_for
		return State(Presence.PAUSED if suspended_waits else Presence.GONE, reason)
	if not enabled:
		return State(Presence.GONE, DISABLED)
	return State(Presence.PAUSED, ON_LEAVE) if on_leave else HERE


def _has(column: str) -> bool:
	return employees.has_hr() and frappe.get_meta("Employee").has_field(column)


def absent(users: Collection[str]) -> set[str]:
	"""Those of `users` whose access has ended: their account is disabled, or their learner is archived. One query."""
	if not users:
		return set()
	return set(frappe.db.sql(ABSENT, {"users": tuple(users)}, pluck=True))


def is_absent(user: str) -> bool:
	"""Whether the access of `user` has ended; see `absent`."""
	return bool(absent([user]))
