import frappe
from frappe import _

from smooth_lms.base.guarded import GuardedDocument
from smooth_lms.courses import structure
from smooth_lms.courses.authoring import check_course


class CourseChapter(GuardedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		course: DF.Link
		position: DF.Int
		retired_on: DF.Datetime | None
		title: DF.Data
	# end: auto-generated types

	def before_insert(self) -> None:
		self.position = self.position or structure.next_position("Course Chapter", {"course": self.course})

	def validate(self) -> None:
		check_course(self)

	def on_trash(self) -> None:
		super().on_trash()
		if frappe.db.exists("Course Lesson", {"chapter": self.name}):
			frappe.throw(_("This chapter has lessons: move them to another chapter or delete them first."))


def on_doctype_update() -> None:
	"""Indexes: the chapters of a course in order."""
	frappe.db.add_index("Course Chapter", ["course", "position"], "course_position")
