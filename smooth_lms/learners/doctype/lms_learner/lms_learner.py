from smooth_lms.base.guarded import GuardedDocument
from smooth_lms.learners import announce, editing
from smooth_lms.learners.field_map import FieldMap


class LMSLearner(GuardedDocument):
	"""Somebody who learns. What HR knows is written by `learners/sync/applier.py`."""

	def onload(self) -> None:
		"""Tell the form which fields HR overwrites."""
		if editing.owned_by_hr(self):
			self.set_onload("from_hr", ["learning_profile", *FieldMap().learner_fields])

	def validate(self) -> None:
		if not self.is_new() and self.has_value_changed("learning_profile"):
			editing.refuse_for_hr(self)

	def on_update(self) -> None:
		before = self.get_doc_before_save()
		if before and before.learning_profile != self.learning_profile:
			editing.follow_profile(self, before.learning_profile)
		if not before or _audience(before) != _audience(self):
			announce.changed([self.name])


def _audience(doc) -> tuple:
	"""What training requirements filter by."""
	return doc.status, doc.learning_profile, sorted(row.group for row in doc.groups)
