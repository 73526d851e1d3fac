"""Others who listen to a DocType: told about rows that were written in bulk, as a save would have."""

from collections.abc import Sequence

import frappe
from frappe.core.doctype.server_script.server_script_utils import get_server_script_map

EVENTS = ("after_insert", "on_update")
SCRIPT_EVENTS = ("After Insert", "After Save")


def tell(names: Sequence[str], doctype: str) -> None:
	"""Run after_insert and on_update of hooks, Notifications, Webhooks and Server Scripts for each row.

	Costs one query for the whole set when nobody listens, which is the usual case.
	"""
	if not names or not _anybody(doctype):
		return
	for name in names:
		doc = frappe.get_doc(doctype, name)
		doc.flags.settled = True
		for event in EVENTS:
			doc.run_method(event)


def _anybody(doctype: str) -> bool:
	hooks = frappe.get_doc_hooks().get(doctype, {})
	if any(hooks.get(event) for event in EVENTS):
		return True
	scripts = get_server_script_map().get(doctype, {}) if frappe.conf.server_script_enabled else {}
	if any(scripts.get(event) for event in SCRIPT_EVENTS):
		return True
	return bool(
		frappe.db.exists("Notification", {"document_type": doctype, "enabled": 1})
		or frappe.db.exists("Webhook", {"webhook_doctype": doctype, "enabled": 1})
	)
