"""Comments and messages on our records, and who follows them by mail.

Frappe's own methods write them without asking whether the person may read the record.
"""

from collections.abc import Mapping
from typing import Any

import frappe
from frappe import _
from frappe.email.doctype.document_follow.document_follow import DocumentFollow
from frappe.model.document import Document
from frappe.utils import cint, get_fullname

from smooth_lms.base.ours import is_ours
from smooth_lms.permissions.doors import may_read, require_read

WRITTEN = ("Comment", "Like")
"""Comments by people; Frappe writes the other types itself, in passing, about what somebody has done."""
FOLLOW = "Document Follow"
OUR_FIELDS = frozenset(
	{
		*("exclude_from_lms", "lms_keep_access", "lms_learning_profile", "lms_status"),
		*("lms_batch", "lms_enrolled_batch", "lms_state", "lms_note"),
	}
)
"""This app's fields in DocTypes of others, at a permission level of their own."""
MAILING = "frappe.desk.form.document_follow.send_"


class ReadableFollow(DocumentFollow):
	"""Frappe's Document Follow; nobody follows a record of ours that they may not read, fields of ours included."""

	def save(self, *args: Any, **kwargs: Any) -> Document:
		"""Save; a new one that may not be is left out.

		Frappe follows on its own whatever somebody changes, shares or is assigned, which must not fail for that.
		"""
		if self.is_new() and not _may_follow(self):
			return self
		return super().save(*args, **kwargs)


def validate_comment(doc: Document, _method: str | None = None) -> None:
	"""Document event of Comment: a request's comment on a record of ours is by its user, who may read the record.

	Raises PermissionError.
	"""
	if (
		not getattr(frappe.local, "request", None)
		or not is_ours(doc.reference_doctype)
		or not doc.reference_name
	):
		return
	if doc.comment_type not in WRITTEN and doc.flags.ignore_permissions:
		return
	if not may_read(doc.reference_doctype, doc.reference_name):
		frappe.throw(_("You may not see this record, so you cannot comment on it."), frappe.PermissionError)
	before = None if doc.is_new() else doc.get_doc_before_save()
	user = frappe.session.user
	doc.comment_email = before.comment_email if before else user
	doc.comment_by = before.comment_by if before else get_fullname(user)


def validate_communication(doc: Document, _method: str | None = None) -> None:
	"""Document event of Communication: a request puts a message at records of ours that its user may read.

	Raises PermissionError.
	"""
	if not getattr(frappe.local, "request", None) or doc.flags.ignore_permissions:
		return
	before = None if doc.is_new() else doc.get_doc_before_save()
	known = _records_of(before) if before else set()
	for doctype, name in _records_of(doc) - known:
		require_read(doctype, name)


def validate_event(doc: Document, _method: str | None = None) -> None:
	"""Document event of Event: Frappe puts a message at each record that takes part, whoever may read it.

	Raises PermissionError for a record of ours that the user of a request may not read.
	"""
	if not getattr(frappe.local, "request", None) or doc.flags.ignore_permissions:
		return
	before = None if doc.is_new() else doc.get_doc_before_save()
	for doctype, name in _taking_part(doc) - (_taking_part(before) if before else set()):
		require_read(doctype, name)


def require_relink(communication: str, doctype: str | None, name: str | None) -> None:
	"""Raises PermissionError unless the session's user may move a message, where a record of ours is touched.

	They may read the message, the record that it is about and the one that it goes to.
	"""
	kept = frappe.db.get_value("Communication", communication, ["reference_doctype", "reference_name"])
	touched = [each for each in (kept, (doctype, name)) if each and each[0] and is_ours(each[0])]
	if touched and not frappe.has_permission("Communication", "read", doc=communication):
		frappe.throw(_("You have no right to see this record."), frappe.PermissionError)
	for each in touched:
		require_read(*each)


def validate_follow(doc: Document, _method: str | None = None) -> None:
	"""Document event of Document Follow: who follows a record of ours may read it. Raises PermissionError."""
	if not _may_follow(doc):
		_refuse_follow()


def require_follow(doctype: str, doc_name: str, user: str) -> None:
	"""Raises PermissionError unless both the session's user and `user` may read the record, where it is ours."""
	if is_ours(doctype) and not may_read(doctype, doc_name):
		_refuse_follow()
	if not _may_be_told(doctype, doc_name, user):
		_refuse_follow()


def before_job(method: str, kwargs: Mapping[str, Any] | None = None, **_others: Any) -> None:
	"""Hook: whose rights have ended since gets no more mails about records of ours."""
	if str((kwargs or {}).get("job_type") or method).startswith(MAILING):
		remove_ended_follows()


def remove_ended_follows() -> None:
	"""Remove everybody who follows a record of ours that they may not read."""
	followed = frappe.get_all(FOLLOW, distinct=True, pluck="ref_doctype", order_by="ref_doctype", limit=0)
	ours = [doctype for doctype in followed if is_ours(doctype) or _levels(doctype)]
	rows = frappe.get_all(
		FOLLOW,
		filters={"ref_doctype": ["in", ours or [""]]},
		fields=["name", "ref_doctype", "ref_docname", "user"],
		limit=0,
	)
	ended = [row.name for row in rows if not _may_be_told(row.ref_doctype, row.ref_docname, row.user)]
	if ended:
		frappe.db.delete(FOLLOW, {"name": ["in", ended]})


def _records_of(message: Document) -> set[tuple[str, str]]:
	"""The records in whose timelines a message stands."""
	rows = [(message.reference_doctype, message.reference_name)]
	rows += [(row.link_doctype, row.link_name) for row in message.get("timeline_links") or ()]
	return {(doctype, name) for doctype, name in rows if doctype and name}


def _taking_part(event: Document) -> set[tuple[str, str]]:
	rows = [(row.reference_doctype, row.reference_docname) for row in event.get("event_participants") or ()]
	rows += [(event.get("reference_doctype"), event.get("reference_docname"))]
	return {(doctype, name) for doctype, name in rows if doctype and name}


def _may_follow(doc: Document) -> bool:
	if not is_ours(doc.ref_doctype):
		return _reads_levels(doc.ref_doctype, doc.user)
	return may_read(doc.ref_doctype, doc.ref_docname) and _may_be_told(
		doc.ref_doctype, doc.ref_docname, doc.user
	)


def _may_be_told(doctype: str, name: str, user: str) -> bool:
	"""Whether mails about what changes in the record may go to somebody: they tell of every field."""
	return _reads_levels(doctype, user) and (not is_ours(doctype) or may_read(doctype, name, user))


def _reads_levels(doctype: str, user: str) -> bool:
	"""Whether somebody's roles read all fields of ours in the DocType, at whatever permission level."""
	return not _levels(doctype) - set(frappe.get_meta(doctype).get_permlevel_access("read", user=user))


def _levels(doctype: str) -> set[int]:
	"""The permission levels of this app's fields in a DocType and its tables, other than the lowest."""
	meta = frappe.get_meta(doctype)
	found = {
		field.permlevel
		for each in (meta, *(frappe.get_meta(table.options) for table in meta.get_table_fields()))
		for field in each.fields
		if field.permlevel and (is_ours(each.name) or field.fieldname in OUR_FIELDS)
	}
	return {cint(level) for level in found}


def _refuse_follow() -> None:
	frappe.throw(_("Only people who may see this record can follow it."), frappe.PermissionError)
