"""Certificates and proofs follow a person to another Employee record, or to the first one they get."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

import frappe

from smooth_lms.base.carried import Kept, carry
from smooth_lms.base.rows import select_rows, update_rows
from smooth_lms.compliance import records
from smooth_lms.people.employees import people_by_employee

CURRENT = ("is_current", "replaced_by")


def on_employees_moved(employees: Mapping[str, str]) -> dict[str, Kept]:
	"""Hook: these users have these Employee records now; what they have proved stands there, once.

	What somebody completed before HR knew them makes rows now. Of two rows of one type the better one counts, the other
	stays as a record of its time.
	"""
	people = people_by_employee(set(employees.values()))
	moved = {user: employee for user, employee in employees.items() if employee in people}
	if not moved:
		return {}
	kept = carry("LMS Certificate", {user: {"employee": employee} for user, employee in moved.items()})
	ledger = carry(
		records.DOCTYPE,
		{
			user: {
				"employee": employee,
				"employee_name": people[employee].full_name,
				"company": people[employee].company,
			}
			for user, employee in moved.items()
		},
	)
	for user, rows in ledger.items():
		kept.setdefault(user, {}).update(rows)
	made = set(_prove(list(moved)))
	for name, user, before in _one_current(moved):
		if name not in made:
			rows = kept.setdefault(user, {}).setdefault(records.DOCTYPE, {})
			rows[name] = rows.get(name, {}) | before
	users = {employee: user for user, employee in moved.items()}
	for name, employee in select_rows(records.DOCTYPE, ["name", "employee"], {"name": list(made)}):
		kept.setdefault(users[employee], {}).setdefault(records.DOCTYPE, {})[name] = {"is_new": 1}
	return kept


def _prove(users: Collection[str]) -> list[str]:
	member = {"member": ["in", list(users)]}
	certificates = frappe.get_all(
		"LMS Certificate", filters={**member, "status": "Valid"}, pluck="name", limit=0
	)
	passed = {**member, "status": "Submitted", "passed": 1}
	quizzes = frappe.get_all("LMS Quiz Submission", filters=passed, pluck="name", limit=0)
	return [*records.from_certificates(certificates), *records.from_submissions(quizzes)]


def _one_current(moved: Mapping[str, str]) -> list[tuple[str, str, dict[str, Any]]]:
	"""Let the best row of each Employee and type be the current one. Returns (row, member, what it was) of the others."""
	users = {employee: user for user, employee in moved.items()}
	fields = ["name", "employee", "compliance_type", "status", "valid_from", "valid_until", *CURRENT]
	found = select_rows(
		records.DOCTYPE,
		fields,
		{"employee": set(moved.values())},
		{"is_current": 1},
		order="`creation`, `name`",
	)
	rows = [frappe._dict(zip(fields, row, strict=True)) for row in found]
	by_key: dict[tuple[str, str], list[frappe._dict]] = {}
	for row in rows:
		by_key.setdefault((row.employee, row.compliance_type), []).append(row)
	changed: dict[str, dict[str, Any]] = {}
	before = []
	for rivals in by_key.values():
		best = max(enumerate(rivals), key=lambda each: (*_worth(each[1]), each[0]))[1]
		for row in rivals:
			if row is not best:
				changed[row.name] = {"is_current": 0, "replaced_by": best.name}
				before.append((row.name, users[row.employee], {field: row[field] for field in CURRENT}))
	update_rows(records.DOCTYPE, changed)
	return before


def _worth(row: frappe._dict) -> tuple[bool, bool, date]:
	valid = row.status == records.COMPLETE
	return valid, valid and not row.valid_until, row.valid_until or row.valid_from or date.min
