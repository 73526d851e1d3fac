"""Who lacks the proof of a mandatory Compliance Type altogether: no row of Employee Compliance says so."""

from collections.abc import Collection

import frappe

from smooth_lms import permissions
from smooth_lms.compliance import requirements
from smooth_lms.courses import versions
from smooth_lms.people import profiles
from smooth_lms.people.profiles import Profile
from smooth_lms.training.assignments import ledger

MISSING = "Missing"
"""Shown like a status; no row has it."""


def people(types: Collection[str]) -> dict[str, list[Profile]]:
	"""By mandatory Compliance Type the employees without a proof of it, valid, expired or void, whom the reader may see.

	Where courses of the type are assigned, it is mandatory for whom they are assigned to, by a requirement or by hand;
	else for every employee who is here and has an account.

	Args: types, names of mandatory types.
	"""
	if not types:
		return {}
	here = [each for each in profiles.everybody().values() if each.employee and each.present]
	hidden = permissions.outside_reach({each.employee for each in here})
	here = [each for each in here if each.employee.lower() not in hidden]
	proved = _proved(types)
	assigned = _assigned(types)
	return {
		kind: [
			each
			for each in here
			if (each.employee, kind) not in proved and (not assigned[kind] or each.user in assigned[kind])
		]
		for kind in types
	}


def _proved(types: Collection[str]) -> set[tuple[str, str]]:
	rows = frappe.get_all(
		"Employee Compliance",
		filters={"compliance_type": ["in", list(types)], "is_current": 1},
		fields=["employee", "compliance_type"],
		limit=0,
	)
	return {(row.employee, row.compliance_type) for row in rows}


def _assigned(types: Collection[str]) -> dict[str, set[str]]:
	"""The Users to whom courses of each type are assigned."""
	courses = requirements.courses_of(types)
	roots = versions.roots({course for each in courses.values() for course in each})
	members = ledger.assigned(set(roots.values()))
	return {
		kind: {user for course in courses.get(kind, ()) for user in members.get(roots[course], ())}
		for kind in types
	}
