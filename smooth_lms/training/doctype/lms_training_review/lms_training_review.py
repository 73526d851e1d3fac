import frappe

from smooth_lms.base.guarded import GuardedDocument


class LMSTrainingReview(GuardedDocument):
	"""A question that a person has to answer before somebody is assigned a course."""

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
