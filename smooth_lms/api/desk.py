"""Methods of Frappe's own that look past its permissions, for records of this app: `hooks.py` puts these before them.

Records of other apps are answered for by Frappe, as ever.
"""

from typing import Any

import frappe
from frappe.client import get_count as count_anything
from frappe.desk import search as desk_search
from frappe.desk.form import linked_with
from frappe.utils import global_search

from smooth_lms.permissions import doors


@frappe.whitelist()
def get_link_title(doctype: str, docname: str) -> str | None:
	"""The title that a link shows in place of the name: the name itself, to those who may not read the record."""
	if doors.is_ours(doctype) and not doors.may_read(doctype, docname):
		return docname
	return desk_search.get_link_title(doctype, docname)


@frappe.whitelist()
def search_link(
	doctype: str,
	txt: str,
	query: str | None = None,
	filters: str | dict | list | None = None,
	page_length: int | str = 10,
	searchfield: str | None = None,
	reference_doctype: str | None = None,
	ignore_user_permissions: bool | int | str = False,
) -> list[dict[str, Any]] | None:
	"""What a link field offers. Frappe takes "without User Permissions" for "without any permissions"."""
	return desk_search.search_link(
		doctype,
		txt,
		query=query,
		filters=filters,
		page_length=page_length,
		searchfield=searchfield,
		reference_doctype=reference_doctype,
		ignore_user_permissions=False if doors.is_ours(doctype) else ignore_user_permissions,
	)


@frappe.whitelist()
def search_widget(
	doctype: str,
	txt: str,
	query: str | None = None,
	searchfield: str | None = None,
	start: int | str = 0,
	page_length: int | str = 10,
	filters: str | dict | list | None = None,
	filter_fields: str | list | None = None,
	as_dict: bool | int | str = False,
	reference_doctype: str | None = None,
	ignore_user_permissions: bool | int | str = False,
) -> list | None:
	"""What the search box of a link field offers: as `search_link`."""
	return desk_search.search_widget(
		doctype,
		txt,
		query=query,
		searchfield=searchfield,
		start=start,
		page_length=page_length,
		filters=filters,
		filter_fields=filter_fields,
		as_dict=as_dict,
		reference_doctype=reference_doctype,
		ignore_user_permissions=False if doors.is_ours(doctype) else ignore_user_permissions,
	)


@frappe.whitelist()
def get_count(
	doctype: str,
	filters: str | dict | list | None = None,
	debug: bool | int | str = False,
	cache: bool | int | str = False,
) -> int | None:
	"""How many records match: of those that the user may see. Older versions of Frappe count them all."""
	if not doors.is_ours(doctype):
		return count_anything(doctype, filters, debug, cache)
	return doors.count(doctype, filters)


@frappe.whitelist()
def search_everything(
	text: str, start: int | str = 0, limit: int | str = 20, doctype: str = ""
) -> list[dict[str, Any]]:
	"""The search over everything: without the records of this app that the user may not read."""
	return doors.only_readable(global_search.search(text, start, limit, doctype))


@frappe.whitelist()
def get_linked_docs(doctype: str, docname: str) -> dict[str, list]:
	"""What links to a record: without the records of this app that the user may not see in a list."""
	if doors.is_ours(doctype):
		frappe.get_doc(doctype, docname).check_permission("read")
	found = linked_with.get(doctype, docname)
	return {kind: doors.only_listed(kind, rows) for kind, rows in (found or {}).items()}
