from smooth_lms.base import runs as engine
from smooth_lms.base.guarded import GuardedDocument
from smooth_lms.training.runs import start


class LMSTrainingRun(GuardedDocument):
	"""One run of the assigner over one requirement. Written by `training/runs/start.py`."""

	def validate(self) -> None:
		self.open_mark = self.open_mark or None

	def on_trash(self) -> None:
		super().on_trash()
		start.forget(self.name)


def on_doctype_update() -> None:
	"""Indexes: one run at a time for each requirement."""
	engine.add_unique(start.RUN)
