import frappe

from smooth_lms.base.guarded import GuardedDocument


class LMSTrainingReview(GuardedDocument):
	"""A question that a person has to answer before somebody is assigned a course."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		course: DF.Link
		course_root: DF.Link | None
		cycle: DF.Int
		decided_by: DF.Link | None
		decided_on: DF.Datetime | None
		due_date: DF.Date | None
		kind: DF.Literal["The due date is past", "No licence is free"]
		member: DF.Link
		member_name: DF.Data | None
		open_mark: DF.Data | None
		reason: DF.SmallText | None
		renews: DF.Date | None
		requirement: DF.Link | None
		rule_due: DF.Date | None
		rule_key: DF.Data | None
		state: DF.Literal["Open", "Due date set", "Left out", "Settled"]
	# end: auto-generated types

	def validate(self) -> None:
		self.open_mark = self.open_mark or None


def on_doctype_update() -> None:
	"""Indexes: one open question of a kind for each person, course and requirement; what is open about somebody."""
	frappe.db.add_unique(
		"LMS Training Review",
		["rule_key", "member", "course_root", "kind", "open_mark"],
		constraint_name="unique_question",
	)
	frappe.db.add_index("LMS Training Review", ["member", "course_root"], "member_course")
