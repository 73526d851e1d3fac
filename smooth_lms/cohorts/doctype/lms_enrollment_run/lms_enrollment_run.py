from smooth_lms.base.guarded import GuardedDocument
from smooth_lms.cohorts.importing import runs


class LMSEnrollmentRun(GuardedDocument):
	"""A background enrollment of many people. What it does is in `cohorts/importing/runs.py`."""

	def on_trash(self) -> None:
		super().on_trash()
		runs.forget(self.name)
