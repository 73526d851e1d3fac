"""Whom a requirement concerns: HR's records and the learners' profiles and groups, read in sets."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import or_
from typing import NamedTuple

from pypika import Criterion

import frappe
from frappe import _
from frappe.utils import getdate

from smooth_lms.exceptions import BrokenRequirementError
from smooth_lms.people import departments, employees, presence
from smooth_lms.people.presence import Presence
from smooth_lms.training.deciding.plan import Membership, Person

EMPLOYEE_FIELDS = {
	"Company": "company",
	"Department": "department",
	"Designation": "designation",
	"Branch": "branch",
	"Employee Grade": "grade",
	"Employment Type": "employment_type",
}
LEARNER_FIELDS = {
	"Company": "company",
	"Department": "department",
	"Designation": "job_title",
	"Branch": "branch",
}
"""What is known about learners without an employee record; they match no other kind of HR's filters."""
PROFILE, GROUP = "LMS Learning Profile", "LMS Group"
KINDS = (*EMPLOYEE_FIELDS, PROFILE, GROUP)

Filters = Mapping[str, Collection[str]]
"""Values by kind: alternatives within a kind."""


@dataclass(frozen=True, slots=True)
class Audience:
	"""The filters of a requirement; none at all means everybody."""

	include: Filters = field(default_factory=dict)
	"""Each kind has to match."""
	exclude: Filters = field(default_factory=dict)
	"""One match is enough to leave somebody out."""
	pinned: frozenset[str] = frozenset()
	exempt: frozenset[str] = frozenset()


class Found(NamedTuple):
	"""Somebody a requirement may concern."""

	user: str
	full_name: str
	employee: str | None
	joined: date | None
	presence: Presence

	def person(self, membership: Membership) -> Person:
		"""The person as the plan sees them."""
		return Person(self.presence, membership, self.joined)


def members(audience: Audience, today: date, users: Collection[str] | None = None) -> dict[str, Found]:
	"""The people whom the requirement concerns and who are there, by user; people on leave are among them.

	Args:
	        audience: the filters.
	        today: the day, for leaves.
	        users: only these; everybody by default.
	"""
	if users is not None and not users:
		return {}
	found = _read(today, users, audience)
	if missing := audience.pinned - audience.exempt - found.keys():
		wanted = missing if users is None else missing & set(users)
		found.update(_read(today, wanted, None) if wanted else {})
	return {
		user: person
		for user, person in found.items()
		if person.presence is not Presence.GONE and user not in audience.exempt
	}


def everybody(today: date, users: Collection[str] | None = None) -> dict[str, Found]:
	"""All people with an account, leavers among them, or those of `users`."""
	return _read(today, users, None) if users is None or users else {}


def without_account(audience: Audience) -> list[str]:
	"""Active Employees that match but have no enabled user account, so that nothing can be assigned to them."""
	if not employees.has_hr() or PROFILE in audience.include or GROUP in audience.include:
		return []
	employee, query = employees.without_accounts()
	for condition in _conditions(audience, employee, EMPLOYEE_FIELDS, None):
		query = query.where(condition)
	return query.run(pluck=True)


def check(rows: Iterable) -> None:
	"""Raises BrokenRequirementError when a filter names something that is not there.

	Args: rows, with `kind` and `value`.
	"""
	for row in rows:
		if row.kind not in KINDS:
			raise BrokenRequirementError(
				reason=_("The audience names {0}, which is not a filter.").format(row.kind)
			)
		if not frappe.db.table_exists(row.kind, cached=True) or not frappe.db.exists(row.kind, row.value):
			sentence = _("The audience names {0} {1}, which does not exist any more.")
			raise BrokenRequirementError(reason=sentence.format(_(row.kind), row.value))


def _read(today: date, users: Collection[str] | None, audience: Audience | None) -> dict[str, Found]:
	found: dict[str, Found] = {}
	if employees.has_hr():
		found = _employees(today, users, audience)
	wanted = None if users is None else set(users) - found.keys()
	if wanted is None or wanted:
		for person in _learners(wanted, audience):
			found.setdefault(person.user, person)
	return found


def _employees(today: date, users: Collection[str] | None, audience: Audience | None) -> dict[str, Found]:
	learner = frappe.qb.DocType("LMS Learner")
	employee, user, query = employees.accounts()
	query = (
		query.left_join(learner)
		.on(learner.name == employee.user_id)
		.select(
			user.name, user.full_name, employee.date_of_joining, *presence.fields(employee, user, learner)
		)
	)
	if users is not None:
		query = query.where(employee.user_id.isin(list(users)))
	if audience:
		query = query.where(presence.at_work(employee, today))
		for condition in _conditions(audience, employee, EMPLOYEE_FIELDS, learner):
			query = query.where(condition)
	rows = query.run()
	state_of = presence.reader(today, None if users is None else [row[3] for row in rows])
	records = employees.speaking(rows, lambda row: (row[0], row[4]))
	return {
		name: Found(name, full_name or name, state[0], joined, state_of(state).presence)
		for name, full_name, joined, *state in records.values()
	}


def _learners(users: Collection[str] | None, audience: Audience | None) -> list[Found]:
	"""Learners without an employee record."""
	learner, user = frappe.qb.DocType("LMS Learner"), frappe.qb.DocType("User")
	query = (
		frappe.qb.from_(learner)
		.join(user)
		.on(user.name == learner.name)
		.select(user.name, user.full_name, learner.registration_date, learner.status, user.enabled)
		.where(learner.employee.isnull() | (learner.employee == ""))
	)
	if users is not None:
		query = query.where(learner.name.isin(list(users)))
	if audience:
		query = query.where(learner.status != presence.ARCHIVED)
		for condition in _conditions(audience, learner, LEARNER_FIELDS, learner):
			query = query.where(condition)
	return [
		Found(
			name,
			full_name or name,
			None,
			getdate(joined) if joined else None,
			presence.state(None, enabled=bool(enabled), archived=status == presence.ARCHIVED).presence,
		)
		for name, full_name, joined, status, enabled in query.run()
	]


def _conditions(audience: Audience, table, fields: Mapping[str, str], learner) -> list[Criterion]:
	conditions = [_matches(kind, values, table, fields, learner) for kind, values in audience.include.items()]
	excluded = [
		_matches(kind, values, table, fields, learner)
		for kind, values in audience.exclude.items()
		if learner is not None or kind not in (PROFILE, GROUP)
	]
	if excluded:
		conditions.append(reduce(or_, excluded).negate())
	return conditions


def _matches(kind: str, values: Collection[str], table, fields: Mapping[str, str], learner) -> Criterion:
	if kind == GROUP:
		group = frappe.qb.DocType("LMS Learner Group")
		in_group = (
			frappe.qb.from_(group)
			.select(group.parent)
			.where((group.parenttype == "LMS Learner") & group.group.isin(list(values)))
		)
		return learner.name.isnotnull() & learner.name.isin(in_group)
	if kind == PROFILE:
		return learner.learning_profile.isnotnull() & learner.learning_profile.isin(list(values))
	if kind not in fields:
		return table.name.isnull()
	if kind == "Department":
		values = departments.departments_below(values)
	column = table[fields[kind]]
	return column.isnotnull() & column.isin(list(values))
