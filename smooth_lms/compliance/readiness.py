"""Whether people had completed their training before their first day."""

from collections.abc import Collection
from datetime import date

import frappe


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
