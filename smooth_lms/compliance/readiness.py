"""Whether people had completed their training before their first day."""

from collections.abc import Collection
from datetime import date

import frappe

from smooth_lms.people.first_day import before_start


def first_proofs(
	employees: Collection[str], types: Collection[str] | None = None
) -> dict[tuple[str, str], date]:
	"""The day of the first proof of each employee and Compliance Type, renewed and expired ones too.

	Proofs that turned out void do not count. One query.
	"""
	filters = {
		"employee": ["in", list(employees)],
		"valid_from": ["is", "set"],
		"status": ["in", ["Complete", "Expired"]],
	}
	if types is not None:
		filters["compliance_type"] = ["in", list(types)]
	rows = frappe.get_all(
		"Employee Compliance",
		filters=filters,
		fields=["employee", "compliance_type", "valid_from"],
		order_by="valid_from desc",
		limit=0,
	)
	# the earliest comes last and stays
	return {(row.employee, row.compliance_type): row.valid_from for row in rows}


def completed_before_start(employee: str, compliance_type: str) -> bool | None:
	"""Whether the employee had the proof before their first day; None where there is no proof or no day."""
	proofs = first_proofs([employee], [compliance_type])
	joined = frappe.db.get_value("Employee", employee, "date_of_joining")
	return before_start(proofs.get((employee, compliance_type)), joined)
