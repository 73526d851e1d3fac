"""Who people are for reports: their place in the company, read for everybody at once."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

import frappe
from frappe.query_builder.functions import Coalesce

from smooth_lms.people import departments, employees, presence
from smooth_lms.people.presence import ARCHIVED, Presence

PLACES = ("company", "department", "designation", "branch")
"""What reports can be filtered by, besides the manager."""


class Profile(NamedTuple):
	"""Somebody with an account, as HR knows them, or else their learner record."""

	user: str
	name: str
	employee: str | None
	company: str | None
	department: str | None
	designation: str | None
	branch: str | None
	manager: str | None
	"""The Employee they report to."""
	joined: date | None
	present: bool
	"""Whether they still work and learn here, though on leave or suspended: see `presence.py`."""


def everybody() -> dict[str, Profile]:
	"""All people with an account by user; of two employee records one counts, see `employees.speaking`. Two statements."""
	found: dict[str, Profile] = {}
	for profile in _learners():
		found[profile.user] = profile
	if employees.has_hr():
		found.update({profile.user: profile for profile in _employees()})
	return found


def matching(filters: Mapping[str, Any], people: Mapping[str, Profile]) -> dict[str, Profile]:
	"""Those of `people` whom filters leave.

	Args:
	        filters: any of company, department (those below count as well), designation, branch; manager (an
	                Employee), with `whole_team` also those further down; with_left, to keep who has left.
	        people: see `everybody`.
	"""
	wanted: dict[str, set[str]] = {field: {filters[field]} for field in PLACES if filters.get(field)}
	if "department" in wanted:
		wanted["department"] = departments.departments_below(wanted["department"])
	if filters.get("manager"):
		wanted["manager"] = _with_managers_below(filters, people)
	keep_left = bool(frappe.utils.cint(filters.get("with_left")))
	return {
		user: profile
		for user, profile in people.items()
		if (profile.present or keep_left)
		and all(getattr(profile, field) in values for field, values in wanted.items())
	}


def _with_managers_below(filters: Mapping[str, Any], people: Mapping[str, Profile]) -> set[str]:
	found = {filters["manager"]}
	if not frappe.utils.cint(filters.get("whole_team")):
		return found
	below: dict[str, list[str]] = {}
	for profile in people.values():
		if profile.manager and profile.employee:
			below.setdefault(profile.manager, []).append(profile.employee)
	waiting = list(found)
	while waiting:
		new = [each for each in below.get(waiting.pop(), ()) if each not in found]
		found.update(new)
		waiting += new
	return found


def _learners() -> list[Profile]:
	"""The profiles of learners without an employee record."""
	learner, user = frappe.qb.DocType("LMS Learner"), frappe.qb.DocType("User")
	rows = (
		frappe.qb.from_(learner)
		.join(user)
		.on(user.name == learner.name)
		.select(
			learner.name,
			learner.full_name,
			learner.company,
			learner.department,
			learner.job_title,
			learner.branch,
			learner.registration_date,
			learner.status,
			user.enabled,
		)
		.where(Coalesce(learner.employee, "") == "")
	).run()
	profiles = []
	for name, full_name, company, department, title, branch, joined, status, enabled in rows:
		state = presence.state(None, enabled=bool(enabled), archived=status == ARCHIVED)
		place = (company, department, title, branch)
		present = state.presence is not Presence.GONE
		profiles.append(Profile(name, full_name or name, None, *place, None, joined, present))
	return profiles


def _employees() -> list[Profile]:
	learner = frappe.qb.DocType("LMS Learner")
	employee, user, query = employees.accounts()
	rows = (
		query.left_join(learner)
		.on(learner.name == user.name)
		.select(
			user.name,
			user.full_name,
			employee.employee_name,
			employee.company,
			employee.department,
			employee.designation,
			employee.branch,
			employee.reports_to,
			employee.date_of_joining,
			*presence.fields(employee, user, learner),
		)
	).run()
	state_of = presence.reader()
	records = employees.speaking(rows, lambda row: (row[0], row[10]))
	return [
		Profile(
			name,
			employee_name or full_name or name,
			state[0],
			*rest,
			state_of(state).presence is not Presence.GONE,
		)
		for name, full_name, employee_name, *rest, state in ((*row[:9], row[9:]) for row in records.values())
	]
