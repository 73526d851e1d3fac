"""Which DocTypes are this app's."""

from typing import Any

import frappe

APP = "smooth_lms"


def is_ours(doctype: str | None) -> bool:
	"""Whether the DocType is one of this app's."""
	module = frappe.db.get_value("DocType", doctype, "module", cache=True) if doctype else None
	return _is_module_of_ours(module)


def is_report_of_ours(name: str | None) -> bool:
	"""Whether the Report is one of this app's, or about a DocType of this app."""
	found = frappe.db.get_value("Report", name, ["ref_doctype", "module"]) if name else None
	return bool(found) and (is_ours(found[0]) or _is_module_of_ours(found[1]))


def doctypes_in(wanted: Any) -> list[str]:
	"""The DocTypes that an argument names: one, or the keys of a dictionary, or whole documents; all also as JSON."""
	if isinstance(wanted, str) and wanted.lstrip()[:1] in ("{", "["):
		try:
			wanted = frappe.parse_json(wanted)
		except (ValueError, RecursionError):
			return []
	if isinstance(wanted, list | tuple):
		return [name for each in wanted if isinstance(each, str | dict) for name in doctypes_in(each)]
	if isinstance(wanted, dict):
		return [each for each in (*wanted, wanted.get("doctype")) if isinstance(each, str)]
	return [wanted] if isinstance(wanted, str) else []


def _is_module_of_ours(module: str | None) -> bool:
	return bool(module) and frappe.local.module_app.get(frappe.scrub(module)) == APP
