import frappe

from smooth_lms.base.guarded import GuardedDocument


class LMSxAPIDocument(GuardedDocument):
	"""A document that content keeps about one person by xAPI. Written by `courses/scorm/xapi/documents.py`."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		activity: DF.SmallText | None
		content: DF.LongText | None
		content_type: DF.Data | None
		course: DF.Link | None
		document_id: DF.SmallText | None
		enrollment: DF.Link | None
		etag: DF.Data | None
		key_hash: DF.Data | None
		kind: DF.Literal["State", "Activity Profile", "Agent Profile"]
		lesson: DF.Link | None
		member: DF.Link | None
		package: DF.Link | None
		registration: DF.Data | None
	# end: auto-generated types


def on_doctype_update() -> None:
	"""Indexes: one row for each document; those of an enrollment, which go with it."""
	frappe.db.add_unique("LMS xAPI Document", ["key_hash"], constraint_name="unique_xapi_document")
	frappe.db.add_index("LMS xAPI Document", ["enrollment"], "xapi_enrollment")
