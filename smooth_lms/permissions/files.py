"""Files of training records: who may read the record may read them, who may change it may change them.

Frappe gives a private file to whoever uploaded it for good, and lists all of a DocType to whoever may read any of it.
"""

import frappe

from smooth_lms.base.ours import is_ours
from smooth_lms.base.sql import list_condition, quoted
from smooth_lms.permissions.documents import READING

NO_OBJECTION = None if int(frappe.__version__.split(".")[0]) < 16 else True
"""What a hook `has_permission` answers to leave the decision to the others.

Frappe 15 asks on after None, and takes True for the last word; 16 asks on after True, and takes None for a no.
"""


def file_query(user: str | None = None) -> str:
	"""Files: of those attached to records of this app, the ones whose record lists show `user`."""
	user = user or frappe.session.user
	if user == "Administrator":
		return ""
	attached = frappe.get_all(
		"File",
		filters={"attached_to_doctype": ["is", "set"]},
		pluck="attached_to_doctype",
		distinct=True,
		limit=0,
	)
	limited = sorted(doctype for doctype in attached if is_ours(doctype))
	if not limited:
		return ""
	names = ", ".join(map(frappe.db.escape, limited))
	parts = [f"ifnull(`tabFile`.attached_to_doctype, '') not in ({names})"]
	parts += [part for doctype in limited if (part := _attached_to(doctype, user))]
	return f"({' or '.join(parts)})"


def has_file_permission(doc, ptype: str = "read", user: str | None = None, **_more: object) -> bool | None:
	"""The twin of `file_query`; `NO_OBJECTION` where Frappe's own rule decides alone."""
	user = user or frappe.session.user
	if user == "Administrator" or not is_ours(doc.get("attached_to_doctype")):
		return NO_OBJECTION
	name = doc.get("attached_to_name")
	if not name or not frappe.db.exists(doc.attached_to_doctype, name):
		return NO_OBJECTION  # uploaded in the form of a record that is not saved yet
	record = frappe.get_doc(doc.attached_to_doctype, name)
	wanted = "read" if ptype in READING else "write"
	return NO_OBJECTION if frappe.has_permission(record.doctype, wanted, doc=record, user=user) else False


def _attached_to(doctype: str, user: str) -> str | None:
	if not frappe.has_permission(doctype, "read", user=user):
		return None
	here = f"`tabFile`.attached_to_doctype = {quoted(doctype)}"
	seen = None if frappe.get_meta(doctype).issingle else list_condition(doctype, user)
	if seen:
		here += f" and `tabFile`.attached_to_name in (select name from `tab{doctype}` where {seen})"
	return f"({here})"
