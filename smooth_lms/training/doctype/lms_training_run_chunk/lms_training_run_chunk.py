import frappe

from smooth_lms.base.guarded import GuardedDocument


class LMSTrainingRunChunk(GuardedDocument):
	"""A part of a run's people: taken by one worker, written in one transaction."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		asked: DF.Int
		cancelled: DF.Int
		completed: DF.Int
		credited: DF.Int
		members: DF.LongText | None
		no_licence: DF.Int
		number: DF.Int
		opened: DF.Int
		people: DF.Int
		redated: DF.Int
		run: DF.Link
		status: DF.Literal["Waiting", "Taken", "Done"]
		taken_on: DF.Datetime | None
	# end: auto-generated types


def on_doctype_update() -> None:
	"""Indexes: the next chunk of a run."""
	frappe.db.add_index("LMS Training Run Chunk", ["run", "status", "number"], "run_status")
