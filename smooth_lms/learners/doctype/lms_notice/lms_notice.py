import frappe
from frappe.query_builder import Interval
from frappe.query_builder.functions import Now

from smooth_lms.base.guarded import GuardedDocument


class LMSNotice(GuardedDocument):
	"""Something that one person is told, once. Written by `base/notices`."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		details: DF.Code | None
		due_on: DF.Datetime | None
		event: DF.Data
		item: DF.Data | None
		reason: DF.SmallText | None
		recipient: DF.Link
		reference_doctype: DF.Link | None
		reference_name: DF.DynamicLink | None
		sequence: DF.Int
		status: DF.Literal["Waiting", "Held", "Sent", "Dropped", "Failed"]
	# end: auto-generated types

	@staticmethod
	def clear_old_logs(days: int = 1_095) -> None:
		"""Hook of Log Settings: forget what was told more than `days` ago, of classes that are long over."""
		table = frappe.qb.DocType("LMS Notice")
		frappe.db.delete(table, filters=(table.modified < (Now() - Interval(days=days))))


def on_doctype_update() -> None:
	"""Indexes: nobody is told the same twice, whoever sends at the same time; what waits, and what was told of a thing."""
	about = ["event", "reference_doctype", "reference_name", "item", "recipient", "sequence"]
	frappe.db.add_unique("LMS Notice", about, constraint_name="unique_notice")
	frappe.db.add_index("LMS Notice", ["status", "due_on"], "status_due")
	frappe.db.add_index("LMS Notice", ["reference_name", "event"], "told_about")
