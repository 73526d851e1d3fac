"""Seats follow a person to another Employee record, and to another name."""

from collections.abc import Mapping

from smooth_lms.base.carried import Kept, carry
from smooth_lms.people.employees import people_by_employee


def on_employees_moved(employees: Mapping[str, str]) -> dict[str, Kept]:
	"""Hook: these users have these Employee records now. What kind of member somebody is follows, too."""
	people = people_by_employee(set(employees.values()))
	return carry(
		"LMS Batch Enrollment",
		{
			user: {"employee": employee, "member_type": people[employee].member_type}
			for user, employee in employees.items()
			if employee in people
		},
	)


def on_people_renamed(names: Mapping[str, str]) -> None:
	"""Hook: these users have these full names now. Certificates keep the name they were issued to."""
	for doctype in ("LMS Batch Enrollment", "LMS Enrollment", "LMS Enrollment Request"):
		carry(doctype, {user: {"member_name": name} for user, name in names.items()})
