"""What HR knows about people, read in sets. The only place that reads Employee for the other modules."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import frappe

CONTRACTOR_WORDS = ("contract", "freelance", "consultant", "agency")
"""Beginnings of Employment Types that mean a contractor; ERPNext itself ships `Contract`."""


@dataclass(frozen=True, slots=True)
class Person:
	"""An Employee record as enrollment sees it."""

	employee: str
	user: str | None
	member_type: str


def has_hr() -> bool:
	"""Whether this site has ERPNext's Employee at all; without it learners are External."""
	return bool(frappe.db.table_exists("Employee", cached=True))


def member_type(employment_type: str | None) -> str:
	"""Employee or Contractor, by the name of the Employment Type."""
	kind = (employment_type or "").strip().lower()
	return "Contractor" if kind.startswith(CONTRACTOR_WORDS) else "Employee"


def people_by_user(users: Collection[str]) -> dict[str, Person]:
	"""The Employee record of each user that has one; an Active record wins over others, then the newest."""
	return {
		person.user.lower(): person for person in _people({"user_id": ["in", list(users)]}) if person.user
	}


def people_by_employee(employees: Collection[str]) -> dict[str, Person]:
	"""The given Employee records by name; names that do not exist are left out."""
	return {person.employee: person for person in _people({"name": ["in", list(employees)]})}


def _people(filters: Mapping) -> list[Person]:
	if not has_hr():
		return []
	fields = ["name", "user_id", "status"]
	if frappe.get_meta("Employee").has_field("employment_type"):
		fields.append("employment_type")
	rows = frappe.get_all("Employee", filters=filters, fields=fields, order_by="creation asc", limit=0)
	rows.sort(key=lambda row: row.status == "Active")
	return [Person(row.name, row.user_id, member_type(row.get("employment_type"))) for row in rows]
