from smooth_lms.base import runs as engine
from smooth_lms.base.guarded import GuardedDocument
from smooth_lms.training.runs import start


class LMSTrainingRun(GuardedDocument):
	"""One run of the assigner over one requirement. Written by `training/runs/start.py`."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		abort_requested: DF.Check
		again: DF.Check
		asked: DF.Int
		attempt: DF.Int
		audience_count: DF.Int
		cancelled: DF.Int
		candidates: DF.Int
		completed: DF.Int
		credited: DF.Int
		everybody: DF.Check
		finished_on: DF.Datetime | None
		last_step_on: DF.Datetime | None
		log: DF.LongText | None
		no_licence: DF.Int
		open_mark: DF.Data | None
		opened: DF.Int
		processed: DF.Int
		redated: DF.Int
		requested_by: DF.Link | None
		requirement: DF.Link | None
		rule_key: DF.Data | None
		started_on: DF.Datetime | None
		status: DF.Literal["Queued", "Running", "Completed", "Failed", "Aborted"]
		title: DF.Data | None
		trigger: DF.Literal["Schedule", "Person", "Command"]
	# end: auto-generated types

	def validate(self) -> None:
		self.open_mark = self.open_mark or None

	def on_trash(self) -> None:
		super().on_trash()
		start.forget(self.name)


def on_doctype_update() -> None:
	"""Indexes: one run at a time for each requirement."""
	engine.add_unique(start.RUN)
