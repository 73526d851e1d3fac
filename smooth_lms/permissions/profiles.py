"""Learning profiles: which roles one may grant, who may give it, and to whom nobody gives one."""

from collections.abc import Collection, Mapping
from typing import Any

import frappe
from frappe import _

from smooth_lms.exceptions import ProfileRefusedError
from smooth_lms.permissions.roles import LEARNING_ROLES, has

NAMING = ("user_id", "company_email", "personal_email", "prefered_email")
"""Fields of Employee that say whose record it is."""
BY_HR, BY_SYSTEM_MANAGER = "HR", "System Manager"
"""What the field "Who may give it" of a learning profile says."""


def foreign_roles(roles: Collection[str]) -> list[str]:
	"""Those of `roles` that no learning profile may grant."""
	return sorted({role for role in roles if role} - LEARNING_ROLES)


def restricted() -> set[str]:
	"""The learning profiles that only a System Manager gives."""
	filters = {"given_by": BY_SYSTEM_MANAGER}
	return set(frappe.get_all("LMS Learning Profile", filters=filters, pluck="name", limit=0))


def gives_everything(user: str) -> bool:
	"""Whether `user` may give every learning profile there is."""
	return user == "Administrator" or has(user, frozenset({"System Manager"}))


def require_profile(profile: str | None) -> None:
	"""Raises ProfileRefusedError unless the session's user may give the profile to others."""
	if profile and profile in restricted() and not gives_everything(frappe.session.user):
		frappe.throw(
			_(
				"Only a System Manager can give the learning profile {0}: choose another one, or ask them."
			).format(frappe.utils.escape_html(profile)),
			ProfileRefusedError,
		)


def require_not_own_access() -> None:
	"""Raises ProfileRefusedError: the session's user is about to change their own access to training."""
	frappe.throw(
		_(
			"You cannot change your own learning profile or access to training: ask a colleague in HR or a System Manager."
		),
		ProfileRefusedError,
	)


def require_not_own_facts() -> None:
	"""Raises ProfileRefusedError: the session's user is about to write what HR says about them."""
	frappe.throw(
		_(
			"You cannot change whose account your own employee record names, its work e-mail, status or place: ask a colleague in HR or a System Manager."
		),
		ProfileRefusedError,
	)


def is_trusted_with_accounts() -> bool:
	"""Whether the session's user manages accounts anyway."""
	return "System Manager" in frappe.get_roles()


def require_account_keeper() -> None:
	"""Raises PermissionError unless the session's user manages accounts."""
	if not is_trusted_with_accounts():
		frappe.throw(
			_("Only a System Manager can rename an account: HR and training follow its address."),
			frappe.PermissionError,
		)


def is_own(*records: Mapping[str, Any]) -> bool:
	"""Whether one of these Employee records is, or would become, the session's user's own.

	By its account, by any of its e-mails, or because the user is the learner that follows it. Args: records, with `name`
	and the fields of NAMING.
	"""
	me = frappe.session.user
	if me in ("Administrator", "Guest"):
		return False
	mine = {each.casefold() for each in (me, frappe.get_cached_value("User", me, "email")) if each}
	said = {str(record.get(field) or "").strip().casefold() for record in records for field in NAMING}
	if mine & said:
		return True
	followed = frappe.db.get_value("LMS Learner", me, "employee")
	return bool(followed) and followed in {record.get("name") for record in records}
