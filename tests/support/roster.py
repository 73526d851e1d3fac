"""A whole company's roster in one test's transaction."""

from collections.abc import Sequence

import frappe
from frappe.utils import now

from tests.support.factories import company, unique

ROSTER = ("Employee", "LMS Learner", "LMS Learner Group", "LMS Group", "LMS Sync Run", "LMS Sync Change")


def empty_roster() -> None:
	"""Take everybody away, for this transaction."""
	for doctype in ROSTER:
		frappe.db.delete(doctype)
	frappe.db.set_single_value("LMS Settings", {"hold_next_run": 0, "alerted_on": None})
	frappe.clear_document_cache("LMS Settings", "LMS Settings")


def hire(
	number: int,
	*,
	department: str | None = None,
	word: str = "hire",
	users: Sequence[str] | None = None,
	**values,
) -> list[str]:
	"""Many Active Employees with work e-mails, written straight into the table.

	Args: users, their accounts, if they have any.

	Returns their names.
	"""
	mark, stamp, where = unique(word).replace(" ", "-"), now(), company()
	rows = {
		f"{mark}-{index:05}": {
			"first_name": f"Person{index}",
			"employee_name": f"Person{index}",
			"company_email": users[index] if users else f"{mark}.{index:05}@example.com".lower(),
			"user_id": users[index] if users else None,
			"status": "Active",
			"company": where,
			"department": department,
			"date_of_joining": "2024-01-01",
			"create_user_permission": 1,
			"creation": stamp,
			"modified": stamp,
			**values,
		}
		for index in range(number)
	}
	fields = ["name", *next(iter(rows.values()))]
	frappe.db.bulk_insert("Employee", fields, [(name, *row.values()) for name, row in rows.items()])
	return list(rows)


def run_changes(run: str, **filters) -> int:
	return frappe.db.count("LMS Sync Change", {"run": run, **filters})


def writes() -> int:
	"""Rows this connection has written so far."""
	counts = dict(
		frappe.db.sql(
			"show session status where variable_name in ('Handler_write', 'Handler_update', 'Handler_delete')"
		)
	)
	return sum(int(value) for value in counts.values())
