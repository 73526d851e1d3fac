import frappe
from frappe.query_builder import Interval
from frappe.query_builder.functions import Now

from smooth_lms.base.guarded import GuardedDocument


class LMSSyncChange(GuardedDocument):
	"""What the synchronization changed for one person, with before and after. Written by `learners/sync/planner.py`."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		action: DF.Literal["Create", "Link", "Update", "Archive", "Restore", "Enroll"]
		after: DF.Code | None
		applied_on: DF.Datetime | None
		batch_no: DF.Int
		before: DF.Code | None
		department: DF.Data | None
		employee: DF.Data | None
		error: DF.SmallText | None
		full_name: DF.Data | None
		learner: DF.Data | None
		reason: DF.SmallText | None
		run: DF.Link | None
		state: DF.Literal["Planned", "Applied", "Failed", "Undone", "Discarded"]
	# end: auto-generated types

	@staticmethod
	def clear_old_logs(days: int = 365) -> None:
		"""Hook of Log Settings: forget changes older than `days`; runs that old cannot be undone any more."""
		table = frappe.qb.DocType("LMS Sync Change")
		frappe.db.delete(table, filters=(table.modified < (Now() - Interval(days=days))))


def on_doctype_update() -> None:
	"""Indexes: the chunks of a run, and one person's changes."""
	frappe.db.add_index("LMS Sync Change", ["run", "batch_no", "state"], "run_chunks")
	frappe.db.add_index("LMS Sync Change", ["learner"], "learner")
