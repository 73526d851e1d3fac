import frappe

from smooth_lms.base.guarded import GuardedDocument


class LMSEnrollmentRefusal(GuardedDocument):
	"""A row of an enrollment run that was refused, and why. Written by `cohorts/importing/runs.py`."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		batch: DF.Data | None
		file_row: DF.Int
		member: DF.Data | None
		reason: DF.SmallText | None
		row_no: DF.Int
		run: DF.Link
	# end: auto-generated types


def on_doctype_update() -> None:
	"""The index by which a run finds its rows."""
	frappe.db.add_index("LMS Enrollment Refusal", ["run", "row_no"], "run_row")
