"""Purge requests and audit exports over HTTP."""

from typing import Any

import frappe

from smooth_lms.api.arguments import checked
from smooth_lms.compliance import purge
from smooth_lms.compliance.audit import export as audit_export


@frappe.whitelist(methods=["POST"])
@checked
def request_purge(request: str) -> None:
	"""Hand in a drafted LMS Purge Request. Who may write it."""
	purge.request(_writable(request))


@frappe.whitelist(methods=["POST"])
@checked
def approve_purge(request: str, note: str | None = None) -> None:
	"""Approve an LMS Purge Request and start it. A System Manager who is not who asked."""
	purge.approve(_writable(request), note)


@frappe.whitelist(methods=["POST"])
@checked
def reject_purge(request: str, note: str | None = None) -> None:
	"""Turn an LMS Purge Request down. A System Manager."""
	purge.reject(_writable(request), note)


@frappe.whitelist(methods=["POST"])
@checked
def abort_purge(request: str) -> None:
	"""Stop an LMS Purge Request after the records it is at. A System Manager."""
	purge.abort(_writable(request))


@frappe.whitelist(methods=["POST"])
@checked
def continue_purge(request: str) -> None:
	"""Go on with an approved LMS Purge Request that failed, was aborted, or whose job was ended. A System Manager."""
	purge.resume(_writable(request))


@frappe.whitelist(methods=["GET", "POST"])
@checked
def get_export_progress(export: str) -> dict[str, Any]:
	"""How far an LMS Audit Export is, for who may read it: `status, progress, rows, export_file, sha256`."""
	frappe.get_doc(audit_export.DOCTYPE, export).check_permission("read")
	return audit_export.progress(export)


@frappe.whitelist(methods=["POST"])
@checked
def abort_export(export: str) -> None:
	"""Stop an LMS Audit Export. Who asked for it, and System Managers."""
	audit_export.abort(export)


@frappe.whitelist(methods=["POST"])
@checked
def continue_export(export: str) -> None:
	"""Write an LMS Audit Export that failed or was aborted. Who asked for it, and System Managers."""
	audit_export.resume(export)


def _writable(name: str):
	doc = frappe.get_doc(purge.DOCTYPE, name)
	doc.check_permission("write")
	return doc
