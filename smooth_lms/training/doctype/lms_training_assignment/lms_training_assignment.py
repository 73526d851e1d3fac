import frappe
from frappe import _

from smooth_lms import permissions
from smooth_lms.base.guarded import GuardedDocument, came_by_generic_door
from smooth_lms.exceptions import AlreadyAssignedError
from smooth_lms.training import decisions
from smooth_lms.training.assignments import status

PROTECTED = ("status", "due_date", "completed_on")
"""Changed by decisions and by what learners do, never by typing into a saved document."""


class LMSTrainingAssignment(GuardedDocument):
	"""One person, one course, one due date. Rows by rule are written by `training/assignments/ledger.py`."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		assigned_by: DF.Link | None
		assigned_on: DF.Date | None
		attempt: DF.Int
		batch: DF.Link | None
		certificate: DF.Link | None
		close_reason: DF.SmallText | None
		closed_because: DF.Literal[
			"", "By hand", "Left the audience", "Archived", "Exempted", "Requirement stopped"
		]
		closed_by: DF.Link | None
		closed_on: DF.Date | None
		completed_on: DF.Date | None
		course: DF.Link
		course_root: DF.Link | None
		current_mark: DF.Data | None
		cycle: DF.Int
		due_date: DF.Date
		employee: DF.Link | None
		escalated_on: DF.Date | None
		extended: DF.Check
		extension_decided_by: DF.Link | None
		extension_reason: DF.SmallText | None
		extension_state: DF.Literal["", "Requested", "Granted", "Refused"]
		extension_until: DF.Date | None
		last_reminder_on: DF.Date | None
		manager_told_on: DF.Date | None
		member: DF.Link
		member_name: DF.Data | None
		open_mark: DF.Data | None
		paused_days: DF.Int
		paused_since: DF.Date | None
		reminders: DF.Int
		renews: DF.Date | None
		requirement: DF.Link | None
		review_on: DF.Date | None
		rule_due: DF.Date | None
		rule_key: DF.Data | None
		source: DF.Literal["Requirement", "Mandatory course", "Desk", "API", "Data Import"]
		status: DF.Literal["Pending", "In Progress", "Completed", "Overdue", "Waived", "Cancelled"]
	# end: auto-generated types

	def validate(self) -> None:
		if self.is_new():
			if self.completed_on and came_by_generic_door(self):
				permissions.require_others([self.member])
			if not self.flags.closed:
				decisions.admit(self)
			return
		before = self.get_doc_before_save()
		for field in PROTECTED:
			if before and str(before.get(field) or "") != str(self.get(field) or ""):
				sentence = _("{0} cannot be typed over: use Change due date, Waive or Cancel.")
				frappe.throw(sentence.format(_(self.meta.get_label(field))))

	def before_insert(self) -> None:
		if frappe.flags.in_import:
			self.source = "Data Import"
		# Frappe fills empty text fields with "", which a unique index takes for a value
		self.open_mark, self.current_mark = self.open_mark or None, self.current_mark or None

	def after_insert(self) -> None:
		if self.open_mark:
			decisions.open_course(self)
		elif self.status == "Completed":
			status.completion_known(self.member, self.course_root)

	def show_unique_validation_message(self, e: Exception) -> None:
		"""The unique index caught what the look-up could not see yet: say it as the rule would have."""
		text = AlreadyAssignedError(member=self.member, due_date=self.get_formatted("due_date")).text
		frappe.throw(text, AlreadyAssignedError)


def on_doctype_update() -> None:
	"""Indexes: one open assignment for each person and course, one current for each person, course and rule."""
	doctype = "LMS Training Assignment"
	frappe.db.add_unique(doctype, ["member", "course_root", "open_mark"], constraint_name="unique_open")
	frappe.db.add_unique(
		doctype, ["rule_key", "member", "course_root", "current_mark"], constraint_name="unique_current"
	)
	# covers the question of the nightly run: who is at rest?
	fields = ["rule_key", "current_mark", "member", "course_root", "review_on", "open_mark"]
	frappe.db.add_index(doctype, fields, "at_rest_by_course")
	frappe.db.add_index(doctype, ["open_mark", "due_date"], "open_due")
	frappe.db.add_index(doctype, ["course", "status"], "course_status")
