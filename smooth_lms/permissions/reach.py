"""Whom people of HR may see: as far as their permissions on Employee let them."""

from collections.abc import Collection

import frappe

from smooth_lms.base.sql import list_condition
from smooth_lms.people import managers
from smooth_lms.permissions.roles import HR_ROLES, has, is_hr, is_moderator


def outside_reach(people: Collection[str]) -> set[str]:
	"""Those of `people` whom the session's user may not enroll or withdraw, lower-cased.

	A moderator reaches everybody; HR reaches the employees that their permissions on Employee let them see.

	Args: people, Users or Employees.
	"""
	if is_moderator():
		return set()
	wanted = {person.lower() for person in people}
	if not is_hr() or not wanted:
		return wanted
	seen = frappe.get_list(
		"Employee",
		or_filters=[["user_id", "in", list(people)], ["name", "in", list(people)]],
		fields=["name", "user_id"],
		limit=0,
	)
	return wanted - {value.lower() for row in seen for value in (row.name, row.user_id) if value}


def outside_reports(people: Collection[str]) -> set[str]:
	"""Those of `people`, Users, who do not report to the session's user directly, lower-cased; oneself among them."""
	own = {user.lower() for user in managers.team_of(frappe.session.user)}
	return {person.lower() for person in people} - own


def may_see_sync(user: str | None = None) -> bool:
	"""Whether `user` may see runs of the synchronization: moderators, and HR that may see every employee."""
	user = user or frappe.session.user
	return is_moderator(user) or (has(user, HR_ROLES) and not visible_employees(user))


def hr_reaches(user: str, employee: str | None, member: str | None = None) -> bool:
	"""Whether HR's permissions on Employee let `user` see this person; all, where nothing limits them."""
	if not visible_employees(user):
		return True
	if employee:
		return bool(frappe.has_permission("Employee", "read", doc=employee, user=user))
	return bool(member) and not outside_reach_of(user, member)


def visible_employees(user: str) -> str:
	"""Frappe's own condition on Employee for `user`: User Permissions, shares, other apps. Empty = all."""
	return list_condition("Employee", user)


def outside_reach_of(user: str, member: str) -> bool:
	"""Whether HR's permissions on Employee keep `member` from `user`."""
	if not visible_employees(user):
		return False  # nothing limits this person: they also see members who are not employees
	employee = frappe.db.get_value("Employee", {"user_id": member}, "name", order_by="status asc")
	return not (employee and frappe.has_permission("Employee", "read", doc=employee, user=user))
