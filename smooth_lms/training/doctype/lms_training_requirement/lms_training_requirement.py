import frappe
from frappe.model.document import Document
from frappe.utils import now_datetime

from smooth_lms import permissions
from smooth_lms.base.guarded import GuardedDocument, came_by_generic_door
from smooth_lms.training import activation
from smooth_lms.training.requirement import check


class LMSTrainingRequirement(GuardedDocument):
	"""A rule: who has to take which courses, by when, and how often. Carried out by `training/assignments/assign.py`."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from smooth_lms.courses.doctype.lms_training_audience.lms_training_audience import LMSTrainingAudience
		from smooth_lms.courses.doctype.lms_training_exception.lms_training_exception import (
			LMSTrainingException,
		)
		from smooth_lms.training.doctype.lms_training_requirement_course.lms_training_requirement_course import (
			LMSTrainingRequirementCourse,
		)

		active: DF.Check
		audience: DF.Table[LMSTrainingAudience]
		batch: DF.Link | None
		cancel_on_leaving: DF.Check
		compliance_control_id: DF.Data | None
		courses: DF.Table[LMSTrainingRequirementCourse]
		description: DF.SmallText | None
		due_days: DF.Int
		due_rule: DF.Literal[
			"Days after joining", "Days after assignment", "Days after last completion", "Fixed date"
		]
		exceptions: DF.Table[LMSTrainingException]
		fixed_date: DF.Date | None
		frozen: DF.Check
		frozen_reason: DF.SmallText | None
		grace_days: DF.Int
		recurrence_months: DF.Int
		renew_from: DF.Literal["Completion", "Due date"]
		responsible: DF.Link | None
		timezone: DF.Autocomplete | None
		title: DF.Data
		when_unreachable: DF.Literal["Ask on the review list", "Give days from assignment"]
		window_days: DF.Int
	# end: auto-generated types

	def validate(self) -> None:
		if not self.flags.by_function:
			# set by Activate and Stop, which ask first; not even by a script
			before = self.get_doc_before_save()
			for field, draft in {"active": 0, "frozen": 0, "frozen_reason": None}.items():
				self.set(field, before.get(field) if before else draft)
		if came_by_generic_door(self):
			self.refuse_own_exceptions()
		self.responsible = self.responsible or frappe.session.user
		for row in self.exceptions:
			row.added_by = row.added_by or frappe.session.user
			row.added_on = row.added_on or now_datetime()
		check.check(self)

	def refuse_own_exceptions(self) -> None:
		"""Nobody lets themself off, or off for longer."""
		before = self.get_doc_before_save()
		known = {(row.member, str(row.until or "")) for row in _exempt(before)}
		for row in _exempt(self):
			if (row.member, str(row.until or "")) not in known:
				permissions.require_others([row.member])

	def on_update(self) -> None:
		if self.active and not self.flags.by_function:
			activation.changed(self)


def _exempt(doc: Document | None) -> list[Document]:
	return [row for row in doc.exceptions if row.effect == "Exempt"] if doc else []
