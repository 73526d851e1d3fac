from smooth_lms.base.guarded import GuardedDocument
from smooth_lms.learners import announce, editing
from smooth_lms.learners.field_map import FieldMap


class LMSLearner(GuardedDocument):
	"""Somebody who learns. What HR knows is written by `learners/sync/applier.py`."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from smooth_lms.learners.doctype.lms_learner_group.lms_learner_group import LMSLearnerGroup

		access_mode: DF.Data | None
		account_from_sync: DF.Check
		address: DF.SmallText | None
		address_line_2: DF.Data | None
		approver: DF.Link | None
		approver_from_hr: DF.Check
		archived_on: DF.Datetime | None
		archived_reason: DF.Literal[
			"",
			"Left",
			"Suspended",
			"Inactive",
			"Excluded",
			"No learning profile",
			"No longer in HR",
			"Other account",
			"By hand",
			"Undone",
		]
		branch: DF.Data | None
		cell_phone: DF.Data | None
		city: DF.Data | None
		company: DF.Data | None
		content_region: DF.Link | None
		country: DF.Data | None
		department: DF.Data | None
		employee: DF.Link | None
		expiration_date: DF.Date | None
		first_name: DF.Data | None
		full_name: DF.Data | None
		granted_roles: DF.SmallText | None
		groups: DF.Table[LMSLearnerGroup]
		home_phone: DF.Data | None
		job_title: DF.Data | None
		joined_on: DF.Datetime | None
		language: DF.Data | None
		last_name: DF.Data | None
		last_synced_on: DF.Datetime | None
		learning_profile: DF.Link | None
		notifications_enabled: DF.Check
		notified_on: DF.Datetime | None
		postal_code: DF.Data | None
		province: DF.Data | None
		registration_date: DF.Date | None
		source: DF.Literal["Manual", "HR"]
		status: DF.Literal["Pending", "Active", "Archived"]
		user: DF.Link
		user_disabled_by_sync: DF.Check
		work_email: DF.Data | None
	# end: auto-generated types

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
