"""Makes records that are missing; what is there stays as it is, so that everything can be run again."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

import frappe
from frappe.model.document import Document


def ensure(doctype: str, key: str | dict, **values: object) -> str:
	"""The name of a record, made when there is none.

	Args: key, the record's name, or filters that find it and are written into a new one; values, the rest of it.
	"""
	name = frappe.db.get_value(doctype, key, "name")
	return name or new(doctype, **(key if isinstance(key, dict) else {}), **values).name


def new(doctype: str, **values: object) -> Document:
	"""Insert a document."""
	return frappe.get_doc({"doctype": doctype, **values}).insert(ignore_permissions=True)


def give_holidays(kind: str, name: str, holidays: str) -> None:
	"""Give a Company or an Employee a Holiday List, in the way of the HR that is installed.

	Frappe HR 16 asks its Holiday List Assignments and no longer the field.
	"""
	field = "default_holiday_list" if kind == "Company" else "holiday_list"
	frappe.db.set_value(kind, name, field, holidays, update_modified=False)
	if frappe.db.exists("DocType", "Holiday List Assignment"):
		frappe.get_doc(
			{
				"doctype": "Holiday List Assignment",
				"applicable_for": kind,
				"assigned_to": name,
				"holiday_list": holidays,
				"from_date": frappe.db.get_value("Holiday List", holidays, "from_date"),
			}
		).submit()


@contextmanager
def caches_cleared_once() -> Iterator[None]:
	"""Clear the site's caches when all is loaded, not after each Employee and User as Frappe and ERPNext do.

	Making seventy people would take ten times as long: every record would read its DocTypes anew.
	"""
	clear = frappe.clear_cache
	put_off = False

	def clear_parts(user: str | None = None, doctype: str | None = None) -> None:
		nonlocal put_off
		if user or doctype:
			clear(user=user, doctype=doctype)
		else:
			put_off = True

	with patch.object(frappe, "clear_cache", clear_parts):
		yield
	if put_off:
		clear()
