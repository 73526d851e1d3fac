"""Who is away so long that due dates wait for them: on an approved leave, as HR's Leave Application says."""

from collections.abc import Collection
from datetime import date

import frappe

from smooth_lms.base.settings import setting_number

DOCTYPE = "Leave Application"


def pause_days() -> int:
	"""How many days a leave has to have to pause due dates; 0 means that none does."""
	return setting_number("pause_leave_days")


def away(today: date, employees: Collection[str] | None = None) -> set[str]:
	"""The Employees on a long leave today.

	Args:
	        today: the day.
	        employees: only these; everybody by default.
	"""
	minimum = pause_days()
	rows = _approved(today, employees) if minimum else []
	return {row.employee for row in rows if (row.to_date - row.from_date).days + 1 >= minimum}


def on_leave(day: date, employees: Collection[str]) -> set[str]:
	"""Those of these Employees who are on an approved leave on a day, however short. One query."""
	return {row.employee for row in _approved(day, employees)}


def between(employees: Collection[str], first: date, last: date) -> list[frappe._dict]:
	"""The approved leaves of these Employees that touch any day from `first` to `last`: `employee, from_date, to_date`."""
	return _approved(first, employees, last)


def _approved(today: date, employees: Collection[str] | None, last: date | None = None) -> list[frappe._dict]:
	"""The approved leaves on a day, or up to `last`."""
	if not frappe.db.table_exists(DOCTYPE, cached=True):
		return []
	filters = {
		"docstatus": 1,
		"status": "Approved",
		"from_date": ["<=", last or today],  # sql: HR's records always have the day
		"to_date": [">=", today],
	}
	if employees is not None:
		filters["employee"] = ["in", list(employees)]
	return frappe.get_all(DOCTYPE, filters=filters, fields=["employee", "from_date", "to_date"], limit=0)
