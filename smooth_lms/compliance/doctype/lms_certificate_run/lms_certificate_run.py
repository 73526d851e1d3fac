from smooth_lms.base import runs
from smooth_lms.base.guarded import GuardedDocument
from smooth_lms.compliance import certificate_runs


class LMSCertificateRun(GuardedDocument):
	"""Certificates for a whole cohort. What it does is in `compliance/certificate_runs.py`."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		abort_requested: DF.Check
		already: DF.Int
		attempt: DF.Int
		batch: DF.Link | None
		course: DF.Link | None
		finished_on: DF.Datetime | None
		issued: DF.Int
		last_enrollment: DF.Data | None
		last_step_on: DF.Datetime | None
		log: DF.LongText | None
		not_completed: DF.Int
		open_mark: DF.Data | None
		processed: DF.Int
		reason: DF.SmallText | None
		requested_by: DF.Link | None
		started_on: DF.Datetime | None
		status: DF.Literal["Queued", "Running", "Completed", "Failed", "Aborted"]
		total: DF.Int
	# end: auto-generated types

	def validate(self) -> None:
		self.open_mark = self.open_mark or None

	def on_trash(self) -> None:
		super().on_trash()
		runs.require_ended(certificate_runs.RUN, self.name)


def on_doctype_update() -> None:
	"""Indexes: one run at a time for each cohort."""
	runs.add_unique(certificate_runs.RUN)
