import frappe

from smooth_lms.base.guarded import GuardedDocument


class LMSxAPIStatement(GuardedDocument):
	"""What content, or the app itself, has said about one person by xAPI. Written by `courses/scorm/xapi/statements.py`."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		activity: DF.SmallText | None
		by_lms: DF.Check
		course: DF.Link | None
		enrollment: DF.Link | None
		is_defined: DF.Check
		lesson: DF.Link | None
		member: DF.Link | None
		package: DF.Link | None
		sco: DF.Data | None
		session: DF.Data | None
		statement: DF.LongText | None
		statement_id: DF.Data | None
		stored_on: DF.Datetime | None
		summary: DF.SmallText | None
		verb: DF.Data | None
		voided: DF.Check
	# end: auto-generated types


def on_doctype_update() -> None:
	"""Indexes: one row for each identifier of a statement and person; the statements of a session in order."""
	frappe.db.add_unique(
		"LMS xAPI Statement",
		["enrollment", "lesson", "package", "statement_id"],
		constraint_name="unique_statement_of_package",
	)
	frappe.db.add_index("LMS xAPI Statement", ["session"], "xapi_session")
