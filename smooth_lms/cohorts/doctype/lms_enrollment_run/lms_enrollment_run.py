from smooth_lms.base.guarded import GuardedDocument
from smooth_lms.cohorts.importing import runs


class LMSEnrollmentRun(GuardedDocument):
	"""A background enrollment of many people. What it does is in `cohorts/importing/runs.py`."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		abort_requested: DF.Check
		already_enrolled: DF.Int
		attempt: DF.Int
		batch: DF.Link | None
		enrolled: DF.Int
		finished_on: DF.Datetime | None
		input_file: DF.Attach | None
		last_step_on: DF.Datetime | None
		log: DF.LongText | None
		mute_emails: DF.Check
		override_reason: DF.SmallText | None
		processed: DF.Int
		refused: DF.Int
		rejected_file: DF.Attach | None
		requested_by: DF.Link | None
		source: DF.Literal["Desk", "API", "Data Import", "HR", "Rule"]
		started_on: DF.Datetime | None
		status: DF.Literal["Queued", "Running", "Completed", "Failed", "Aborted"]
		total: DF.Int
		waitlisted: DF.Int
	# end: auto-generated types

	def on_trash(self) -> None:
		super().on_trash()
		runs.forget(self.name)
