"""Who gives whom a learning profile or takes them out of training: one rule for the Employee form, imports, REST, the
API and the synchronization. `permissions/profiles.py` says what each person may.
"""

import json
from collections.abc import Iterable, Mapping, Sequence

import frappe
from frappe.utils import cint

from smooth_lms import permissions
from smooth_lms.base.rows import select_rows

PROFILE = "lms_learning_profile"
SWITCHES = ("exclude_from_lms", "lms_keep_access")
IDENTITY = ("user_id", "company_email", "status")
"""Who somebody is for training: whose account, proofs and history the record speaks for."""
PLACE = (
	*("company", "department", "designation", "branch", "grade", "employment_type", "reports_to"),
	*("date_of_joining", "relieving_date"),
)
"""What requirements, due dates and access are decided by."""
SHOWN = "lms_status"
"""What the synchronization writes, without a save, and nobody else."""


def check_record(doc) -> None:
	"""Ask for an Employee document that is being saved. Raises ProfileRefusedError."""
	before = doc.get_doc_before_save() or frappe._dict()
	_check_own_facts(doc, before)
	changes = _settings_of(doc) != _settings_of(before)
	if changes:
		permissions.require_profile(_profile_if_new(doc, before))
	# the stored one, too: ERPNext makes some of what names the person anew, before it comes here
	if not permissions.is_own(doc, before):
		return
	if changes:
		permissions.require_not_own_access()
	was_own = permissions.is_own(before)
	if doc.get(PROFILE) and not was_own and not doc.is_new():
		# whoever has given a profile to a record makes it their own
		if givers({doc.name: doc.get(PROFILE)}).get(doc.name) == frappe.session.user:
			permissions.require_not_own_access()


def _check_own_facts(doc, before) -> None:
	"""Nobody writes into their own record whose account it is, or what decides about their training.

	ERPNext lets employees with Employee Self Service write their whole record. HR moves itself to another department,
	but takes no account, and does not leave and come back, by its own hand.
	"""
	if doc.is_new() or not before or doc.flags.ignore_permissions or permissions.is_trusted_with_accounts():
		return
	if not permissions.is_own(before):
		return
	fields = IDENTITY if permissions.is_hr() else IDENTITY + PLACE
	changed = {field for field in fields if _text(doc.get(field)) != _text(before.get(field))}
	if not before.get("user_id") and _text(doc.get("user_id")) == frappe.session.user.casefold():
		changed.discard("user_id")  # their own account
	if changed:
		permissions.require_not_own_facts()


def _text(value: object) -> str:
	return str(value or "").strip().casefold()


def put_back(doc) -> None:
	"""Give an Employee document that is being saved the learner's status that is stored."""
	if not doc.meta.has_field(SHOWN):
		return
	stored = None if doc.is_new() else frappe.db.get_value("Employee", doc.name, SHOWN)
	if (doc.get(SHOWN) or None) != (stored or None):
		doc.set(SHOWN, stored)


def check_many(rows: Iterable[frappe._dict], profile: str | None) -> None:
	"""Ask for Employees that get a profile at once. Args: rows, as of `permissions.is_own`. Raises ProfileRefusedError."""
	permissions.require_profile(profile)
	if permissions.is_own(*rows):
		permissions.require_not_own_access()


def not_entitled(profiles: Mapping[str, tuple[str, str | None, str | None]]) -> set[str]:
	"""Employees whose profile was given by somebody who may not give it, or by nobody who is known.

	Args: profiles, by Employee the profile, the user and the work e-mail; profiles that HR may give are passed over.
	"""
	restricted = permissions.restricted()
	asked = {name: each for name, each in profiles.items() if each[0] in restricted}
	if not asked:
		return set()
	known = givers({name: each[0] for name, each in asked.items()})
	return {name for name, (_profile, *own) in asked.items() if not _entitled(known.get(name), own)}


def givers(profiles: Mapping[str, str]) -> dict[str, str]:
	"""Who has given Employees the profile they have, as their history tells. Args: the profile by Employee.

	A record whose history says nothing was made with it by its owner; one whose history says something else was written
	to without any, and is left out.
	"""
	rows = select_rows("Employee", ("name", "owner"), {"name": list(profiles)})
	found: dict[str, str] = dict(rows)
	for employee, changes in history(list(profiles), PROFILE).items():
		user, _old, new = changes[-1]
		if (new or None) == profiles[employee]:
			found[employee] = user
		else:
			found.pop(employee, None)
	return found


def history(employees: Sequence[str], field: str) -> dict[str, list[tuple[str, str, str]]]:
	"""The changes of a field of Employees, the oldest first: by Employee (who, old value, new value)."""
	found: dict[str, list[tuple[str, str, str]]] = {}
	if not employees:
		return found
	rows = frappe.get_all(
		"Version",
		filters={"ref_doctype": "Employee", "docname": ["in", employees], "data": ["like", f'%"{field}"%']},
		fields=["docname", "owner", "data"],
		order_by="creation asc, name asc",
		limit=0,
	)
	for row in rows:
		for name, old, new in json.loads(row.data).get("changed") or []:
			if name == field:
				found.setdefault(row.docname, []).append((row.owner, old, new))
	return found


def _entitled(giver: str | None, own: Sequence[str | None]) -> bool:
	if not giver or giver.casefold() in {(each or "").casefold() for each in own}:
		return False
	return permissions.gives_everything(giver)


def _settings_of(doc) -> tuple:
	return (doc.get(PROFILE) or None, *(cint(doc.get(field)) for field in SWITCHES))


def _profile_if_new(doc, before) -> str | None:
	given = doc.get(PROFILE) or None
	return given if given != (before.get(PROFILE) or None) else None
