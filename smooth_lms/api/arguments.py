"""What callers may send where a list or a set of filters is wanted: JSON, or text as people type it."""

import json
import re
from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html


def names(value: list | str | None) -> list[str]:
	"""A list of names from a list, a JSON list, or text with one a line or commas between.

	Raises ValidationError for anything else.
	"""
	if isinstance(value, str):
		text = value.strip()
		value = _json(text) if text.startswith("[") else re.split(r"[\n,;]+", text)
	if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
		frappe.throw(_('A list of names is wanted, such as ["learner@example.com"].'))
	return [each.strip() for each in value if each.strip()]


def mapping(value: dict | str | None) -> dict[str, Any] | None:
	"""A dictionary from a dictionary or its JSON; None stays None. Raises ValidationError for anything else."""
	if isinstance(value, str):
		value = _json(value) if value.strip() else None
	if value is not None and not isinstance(value, dict):
		frappe.throw(_("Filters are wanted as names and values, such as {0}.").format('{"company": "..."}'))
	return value


def mappings(value: list | str | None) -> list[dict[str, Any]]:
	"""A list of dictionaries from a list or its JSON. Raises ValidationError for anything else."""
	if isinstance(value, str):
		value = _json(value)
	if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
		frappe.throw(_("A list of names and values is wanted."))
	return value


def way_in() -> str:
	"""The source to note for what a request does: somebody's browser is the desk, a key or token the API."""
	return "API" if frappe.get_request_header("Authorization") else "Desk"


def _json(text: str) -> Any:
	try:
		return json.loads(text)
	except ValueError:
		frappe.throw(_("This is not valid JSON: {0}").format(escape_html(text[:80])))
