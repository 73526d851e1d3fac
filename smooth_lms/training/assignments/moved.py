"""Assignments follow a person to another Employee record."""

from collections.abc import Mapping

from smooth_lms.base.carried import Kept, carry


def on_employees_moved(employees: Mapping[str, str]) -> dict[str, Kept]:
	"""Hook: these users have these Employee records now."""
	return carry(
		"LMS Training Assignment", {user: {"employee": employee} for user, employee in employees.items()}
	)
