"""Fields of records about people that follow the person: written in sets, with what undo needs to put them back."""

from collections.abc import Mapping
from typing import Any

import frappe

from smooth_lms.base.rows import forget_documents, record_changes, select_rows, update_rows

Kept = dict[str, dict[str, dict[str, Any]]]
"""What fields were before: by DocType, record and field."""


def carry(doctype: str, values: Mapping[str, Mapping[str, Any]]) -> dict[str, Kept]:
	"""Set the same fields of all records of each person, where they differ. Four queries for a thousand people.

	Args:
	        doctype: a DocType with the field `member`.
	        values: by member the fields with their new values.

	Returns by member what the fields were.
	"""
	if not values:
		return {}
	fields = list(next(iter(values.values())))
	by_member = {member.casefold(): (member, new) for member, new in values.items()}
	kept: dict[str, Kept] = {}
	changed: dict[str, Mapping[str, Any]] = {}
	history: dict[str, list[tuple[str, Any, Any]]] = {}
	for name, owner, *now in select_rows(doctype, ["name", "member", *fields], {"member": list(values)}):
		member, new = by_member[owner.casefold()]
		before = dict(zip(fields, now, strict=True))
		differing = [field for field in fields if (before[field] or None) != (new[field] or None)]
		if differing:
			changed[name] = new
			history[name] = [(field, before[field], new[field]) for field in differing]
			kept.setdefault(member, {}).setdefault(doctype, {})[name] = before
	_write(doctype, changed, history)
	return kept


def put_back(kept: Kept, employee: str) -> None:
	"""Undo `carry` for one person, on records that still name the Employee they were carried to."""
	for doctype, rows in kept.items():
		fields = sorted({field for before in rows.values() for field in before})
		found = select_rows(doctype, ["name", *fields], {"name": list(rows)}, {"employee": employee})
		values, history = {}, {}
		for name, *now in found:
			values[name] = dict(zip(fields, now, strict=True)) | rows[name]
			history[name] = [
				(field, before, values[name][field])
				for field, before in zip(fields, now, strict=True)
				if (before or None) != (values[name][field] or None)
			]
		_write(doctype, values, history)


def _write(doctype: str, values: Mapping[str, Mapping[str, Any]], history: Mapping[str, list]) -> None:
	update_rows(doctype, values)
	if values and frappe.get_meta(doctype).track_changes:
		record_changes(doctype, {name: rows for name, rows in history.items() if rows})
	forget_documents(doctype, values)
