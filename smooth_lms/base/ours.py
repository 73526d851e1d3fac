"""Which DocTypes are this app's."""

import frappe

APP = "smooth_lms"


def is_ours(doctype: str | None) -> bool:
	"""Whether the DocType is one of this app's."""
	module = frappe.db.get_value("DocType", doctype, "module", cache=True) if doctype else None
	return bool(module) and frappe.local.module_app.get(frappe.scrub(module)) == APP
