import frappe

from smooth_lms.base.guarded import GuardedRow


class LMSTrainingException(GuardedRow):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		added_by: DF.Link | None
		added_on: DF.Datetime | None
		effect: DF.Literal["Pin", "Exempt"]
		member: DF.Link
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		reason: DF.Data
		until: DF.Date | None
	# end: auto-generated types


def on_doctype_update() -> None:
	"""Index: which kinds of records name single people at all."""
	frappe.db.add_index("LMS Training Exception", ["parenttype", "parent"], "of_records")
