"""A learning profile could hold any role, System Manager included, and whoever had it got that role."""

import frappe

from smooth_lms.base.rows import forget_documents, record_changes, update_rows
from smooth_lms.learners import accounts
from smooth_lms.permissions import BY_HR, BY_SYSTEM_MANAGER, LEARNING_ROLES

PROFILE, ROW, LEARNER = "LMS Learning Profile", "LMS Learning Profile Role", "LMS Learner"


def execute() -> None:
	"""Say who may give each profile, take foreign roles out of them, and from whom the app had given these.

	What a learner's record does not name as granted was given by somebody else and stays.
	"""
	_say_who_gives()
	lines = [*_clean_profiles(), *_take_back()]
	if lines:
		frappe.log_error(
			title="Smooth LMS took back roles that learning profiles must not grant", message="\n".join(lines)
		)


def _say_who_gives() -> None:
	names = frappe.get_all(PROFILE, filters={"given_by": ["is", "not set"]}, pluck="name", limit=0)
	moderators = set(frappe.get_all(ROW, filters={"role": "Moderator"}, pluck="parent", limit=0))
	values = {name: {"given_by": BY_SYSTEM_MANAGER if name in moderators else BY_HR} for name in names}
	if values:
		update_rows(PROFILE, values, stamped=False)
		forget_documents(PROFILE, values)


def _clean_profiles() -> list[str]:
	rows = frappe.get_all(
		ROW, filters={"role": ["not in", sorted(LEARNING_ROLES)]}, fields=["name", "parent", "role"], limit=0
	)
	if rows:
		frappe.db.delete(ROW, {"name": ["in", [row.name for row in rows]]})
		forget_documents(PROFILE, {row.parent for row in rows})
	return [f"Learning profile {row.parent}: {row.role}" for row in rows]


def _take_back() -> list[str]:
	learners = frappe.get_all(
		LEARNER, filters={"granted_roles": ["is", "set"]}, fields=["name", "granted_roles"], limit=0
	)
	foreign: dict[str, set[str]] = {}
	changes, values = {}, {}
	for row in learners:
		granted = set(filter(None, row.granted_roles.split(", ")))
		if bad := granted - LEARNING_ROLES:
			foreign[row.name] = bad
			left = ", ".join(sorted(granted & LEARNING_ROLES)) or None
			values[row.name] = {"granted_roles": left}
			changes[row.name] = [("granted_roles", row.granted_roles, left)]
	if not foreign:
		return []
	for role in sorted(set().union(*foreign.values())):
		users = [user for user, roles in foreign.items() if role in roles]
		frappe.db.delete("Has Role", {"parenttype": "User", "role": role, "parent": ["in", users]})
	update_rows(LEARNER, values)
	record_changes(LEARNER, changes)
	forget_documents(LEARNER, values)
	accounts.settle(list(foreign))
	return [f"User {user}: {', '.join(sorted(roles))}" for user, roles in sorted(foreign.items())]
