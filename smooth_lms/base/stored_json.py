"""JSON that is kept in a column: what cannot be read any more starts afresh and is logged, instead of failing."""

import json
from typing import Any, TypeVar

import frappe
from frappe import _

Kind = TypeVar("Kind", dict[str, Any], list[Any])


def read(text: str | None, empty: Kind, *, doctype: str, name: str | None) -> Kind:
	"""What the JSON says, if it is of the kind of `empty`; else `empty`.

	Args:
	        text: the stored JSON; nothing is as good as empty.
	        empty: a dictionary or a list, with which it starts afresh.
	        doctype, name: whose it is, for the Error Log.
	"""
	if not text:
		return empty
	try:
		found = json.loads(text)
	except (ValueError, RecursionError):
		found = None
	if isinstance(found, type(empty)):
		return found
	frappe.log_error(
		title=_("Stored data of {0} cannot be read; it starts afresh").format(_(doctype))[:140],
		message=text[:10_000],
		reference_doctype=doctype,
		reference_name=name,
	)
	# a page that is only looked at would take the note back
	frappe.local.flags.commit = True
	return empty
