"""A person's records go with them to another Employee record: transferred, hired again, or hired at last."""

from collections.abc import Mapping

import frappe

from smooth_lms.base.carried import Kept, put_back

NEW = "is_new"
"""Marks a record that the move has made."""


def move(employees: Mapping[str, str]) -> dict[str, Kept]:
	"""Bring what names an Employee to the record that speaks for each user now. Repeatable; a few queries for all.

	Listeners are dotted paths under the hook `smooth_lms_employees_moved`; each is called with the Employee by User, and
	returns what it has changed, by User: see `base/carried.py`.
	"""
	kept: dict[str, Kept] = {}
	if not employees:
		return kept
	for path in frappe.get_hooks("smooth_lms_employees_moved"):
		for user, by_doctype in frappe.get_attr(path)(dict(employees)).items():
			for doctype, rows in by_doctype.items():
				kept.setdefault(user, {}).setdefault(doctype, {}).update(rows)
	return kept


def back(kept: Kept, employee: str) -> None:
	"""Undo `move` for one user. Args: kept, what `move` returned for them; employee, where their records went."""
	for doctype, rows in kept.items():
		made = [name for name, before in rows.items() if before.get(NEW)]
		_remove(doctype, made)
		put_back({doctype: {name: before for name, before in rows.items() if name not in made}}, employee)


def _remove(doctype: str, names: list[str]) -> None:
	if not names:
		return
	attached = {"attached_to_doctype": doctype, "attached_to_name": ["in", names]}
	for file in frappe.get_all("File", filters=attached, pluck="name", limit=0):
		frappe.delete_doc("File", file, ignore_permissions=True, force=True)
	frappe.db.delete(doctype, {"name": ["in", names]})
