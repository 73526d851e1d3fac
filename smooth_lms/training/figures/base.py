"""What the reports share: whose assignments the reader may see, whom filters leave, titles of what is required."""

from collections.abc import Iterable, Mapping
from typing import Any

from pypika import Criterion
from pypika.queries import QueryBuilder

import frappe
from frappe import _

from smooth_lms import permissions
from smooth_lms.people import profiles as people
from smooth_lms.training.assignments.ledger import DOCTYPE
from smooth_lms.training.requirement.rules import DOCTYPE as REQUIREMENT
from smooth_lms.training.requirement.rules import MANDATORY

SINGLE = "single"
"""Stands for assignments that people made one by one, which have no rule."""


def assignments() -> tuple[Any, QueryBuilder]:
	"""The table of assignments, and a query of those that the session's user may see."""
	table = frappe.qb.DocType(DOCTYPE)
	return table, frappe.qb.from_(table).where(permissions.rows_seen(DOCTYPE))


def required_by(query: QueryBuilder, table: Any, filters: Mapping[str, Any]) -> QueryBuilder:
	"""Only what a requirement asks for, and only one course, as the filters `requirement` and `course` say."""
	key = filters.get("requirement")
	if key == SINGLE:
		query = query.where(is_single(table))
	elif key:
		query = query.where(table.rule_key == key)
	if filters.get("course"):
		query = query.where(table.course == filters["course"])
	return query


def is_single(table: Any) -> Criterion:
	"""Whether an assignment was made by a person and not by a rule."""
	return table.rule_key.isnull() | (table.rule_key == "")


def whom(filters: Mapping[str, Any]) -> tuple[dict[str, people.Profile], dict[str, people.Profile]]:
	"""The people whom filters leave, and everybody by Employee, to name managers."""
	everybody = people.everybody()
	by_employee = {profile.employee: profile for profile in everybody.values() if profile.employee}
	return people.matching(filters, everybody), by_employee


def place(profile: people.Profile, by_employee: Mapping[str, people.Profile]) -> dict[str, Any]:
	"""The columns about a person that every report has."""
	boss = by_employee.get(profile.manager) if profile.manager else None
	return {
		"member": profile.user,
		"member_name": profile.name,
		"employee": profile.employee,
		"company": profile.company,
		"department": profile.department,
		"manager_name": boss.name if boss else None,
	}


def titles() -> dict[str, str]:
	"""What is required, in words, by the key of the rule."""
	rows = frappe.get_all(REQUIREMENT, fields=["name", "title"], order_by="title asc", limit=0)
	return {
		MANDATORY: _("Mandatory courses"),
		**{row.name: row.title for row in rows},
		SINGLE: _("Single assignments"),
	}


def course_titles() -> dict[str, str]:
	"""The titles of all courses by name."""
	return dict(frappe.get_all("LMS Course", fields=["name", "title"], as_list=True, limit=0))


def choices() -> dict[str, list[dict[str, str]]]:
	"""For each filter of the reports the values that occur among the people the session's user may see."""
	table, query = assignments()
	seen = set(query.select(table.member).distinct().run(pluck=True))
	everybody = people.everybody()
	profiles = [profile for user, profile in everybody.items() if user in seen]
	managers = {profile.manager for profile in profiles if profile.manager}
	names = {profile.employee: profile.name for profile in everybody.values() if profile.employee in managers}
	found = {
		field: _listed((value, value) for profile in profiles if (value := getattr(profile, field)))
		for field in people.PLACES
	}
	return {
		**found,
		"manager": _listed((each, f"{names.get(each, each)} ({each})") for each in managers),
		"requirement": [{"value": key, "label": title} for key, title in titles().items()],
		"course": _listed(course_titles().items()),
	}


def _listed(pairs: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
	rows = [{"value": value, "label": label} for value, label in dict(pairs).items()]
	return sorted(rows, key=lambda row: row["label"].casefold())
