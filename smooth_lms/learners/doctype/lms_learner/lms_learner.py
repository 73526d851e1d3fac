from smooth_lms.base.guarded import GuardedDocument
from smooth_lms.learners import announce


class LMSLearner(GuardedDocument):
	"""Somebody who learns. What HR knows is written by `learners/sync/applier.py`."""

	def on_update(self) -> None:
		before = self.get_doc_before_save()
		if not before or _audience(before) != _audience(self):
			announce.changed([self.name])


def _audience(doc) -> tuple:
	"""What training requirements filter by."""
	return doc.status, doc.learning_profile, sorted(row.group for row in doc.groups)
