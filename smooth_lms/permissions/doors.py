"""What Frappe's generic doors may show of this app's records, asked where Frappe itself does not ask."""

from collections.abc import Sequence
from typing import Any

import frappe
from frappe.utils import cint

APP = "smooth_lms"
EXPANDING = ("expand", "expand_links")
"""Parameters with which REST puts whole linked documents into its answer."""
RESOURCES = ("/api/resource/", "/api/v1/resource/", "/api/v2/document/")


def is_ours(doctype: str) -> bool:
	"""Whether the DocType is one of this app's."""
	if not isinstance(doctype, str) or not frappe.db.exists("DocType", doctype, cache=True):
		return False
	module = frappe.get_meta(doctype).module
	return frappe.local.module_app.get(frappe.scrub(module)) == APP


def may_read(doctype: str, name: str) -> bool:
	"""Whether the session's user may read this record; no for one that is not there."""
	return bool(frappe.db.exists(doctype, name)) and bool(frappe.has_permission(doctype, "read", doc=name))


def count(doctype: str, filters: Any) -> int:
	"""How many records the session's user sees in a list with these filters. Raises PermissionError."""
	from frappe.desk import reportview

	frappe.local.form_dict = frappe._dict(doctype=doctype, filters=filters or {})
	return cint(reportview.get_count())


def only_readable(found: Sequence[Any]) -> list[Any]:
	"""Results of a search, without the records of this app that the session's user may not read."""
	return [row for row in found if not is_ours(row.doctype) or may_read(row.doctype, row.name)]


def only_listed(doctype: str, rows: Sequence[Any]) -> list[Any]:
	"""Rows of one DocType, without those of this app that a list does not show to the session's user."""
	names = [row.get("name") for row in rows or ()] if isinstance(rows, list) else []
	if not names or not is_ours(doctype) or frappe.get_meta(doctype).issingle:
		return rows
	if not frappe.has_permission(doctype, "read"):
		return []
	seen = set(frappe.get_list(doctype, filters={"name": ["in", names]}, pluck="name", limit_page_length=0))
	return [row for row in rows if row.get("name") in seen]


def close_expansion() -> None:
	"""Hook `before_request`: a link to one of this app's records stays a name in the answers of REST.

	Frappe puts the linked document there whole, without asking whether the reader may read it: an employee's own
	compliance row would show the answers of the quiz that it links to.
	"""
	form = frappe.local.form_dict
	if not any(form.get(parameter) for parameter in EXPANDING):
		return
	doctype = _asked_for()
	if not doctype or _may_lead_to_ours(doctype):
		for parameter in EXPANDING:
			form.pop(parameter, None)


def _asked_for() -> str | None:
	"""The DocType that a request is about, as far as it says so."""
	path = frappe.request.path
	for begin in RESOURCES:
		if path.startswith(begin):
			return path.removeprefix(begin).split("/")[0]
	return frappe.local.form_dict.get("doctype")


def _may_lead_to_ours(doctype: str) -> bool:
	if not frappe.db.exists("DocType", doctype):
		return False
	tables = [field.options for field in frappe.get_meta(doctype).get_table_fields()]
	for each in (doctype, *tables):
		meta = frappe.get_meta(each)
		if meta.get_dynamic_link_fields() or is_ours(each):
			return True
		if any(is_ours(field.options) for field in meta.get_link_fields()):
			return True
	return False
