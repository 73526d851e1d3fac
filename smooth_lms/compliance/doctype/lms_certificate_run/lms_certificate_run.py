from smooth_lms.base import runs
from smooth_lms.base.guarded import GuardedDocument
from smooth_lms.compliance import certificate_runs


class LMSCertificateRun(GuardedDocument):
	"""Certificates for a whole cohort. What it does is in `compliance/certificate_runs.py`."""

	def validate(self) -> None:
		self.open_mark = self.open_mark or None

	def on_trash(self) -> None:
		super().on_trash()
		runs.require_ended(certificate_runs.RUN, self.name)


def on_doctype_update() -> None:
	"""Indexes: one run at a time for each cohort."""
	runs.add_unique(certificate_runs.RUN)
