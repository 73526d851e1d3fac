import frappe
from frappe import _
from frappe.utils import escape_html, now_datetime

from smooth_lms import permissions
from smooth_lms.base.guarded import GuardedDocument
from smooth_lms.base.periods import require_one_unit
from smooth_lms.base.slugs import free_name, free_slug
from smooth_lms.courses import audiences, completion, held, licences, structure, versions
from smooth_lms.courses.builder import checks
from smooth_lms.courses.rich_text import clean


class LMSCourse(GuardedDocument):
	"""One version of a course. Its chapters and lessons are documents of their own."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from smooth_lms.courses.doctype.course_instructor.course_instructor import CourseInstructor
		from smooth_lms.courses.doctype.lms_course_prerequisite.lms_course_prerequisite import (
			LMSCoursePrerequisite,
		)
		from smooth_lms.courses.doctype.lms_training_audience.lms_training_audience import LMSTrainingAudience
		from smooth_lms.courses.doctype.lms_training_exception.lms_training_exception import (
			LMSTrainingException,
		)

		approval_days: DF.Int
		audience: DF.Table[LMSTrainingAudience]
		category: DF.Link | None
		certificate_design: DF.Link | None
		certification: DF.Check
		change_note: DF.SmallText | None
		company: DF.Link | None
		compliance_control_id: DF.Data | None
		description: DF.TextEditor | None
		disable_self_learning: DF.Check
		estimated_minutes: DF.Int
		exceptions: DF.Table[LMSTrainingException]
		image: DF.AttachImage | None
		instructors: DF.TableMultiSelect[CourseInstructor] | None
		is_mandatory: DF.Check
		lessons_in_order: DF.Check
		licence_count: DF.Int
		licence_warning: DF.Int
		licences_in_use: DF.Int
		prerequisites: DF.TableMultiSelect[LMSCoursePrerequisite] | None
		published: DF.Check
		published_on: DF.Datetime | None
		requires_approval: DF.Check
		short_introduction: DF.SmallText | None
		superseded_by: DF.Link | None
		title: DF.Data
		upcoming: DF.Check
		validity_days: DF.Int
		validity_months: DF.Int
		version: DF.Int
		version_of: DF.Link | None
	# end: auto-generated types

	begins_empty = ("company",)
	cleaned_by = {"description": clean}

	def autoname(self) -> None:
		if (self.version or 1) > 1:
			self.name = free_name(self.doctype, f"{self.version_of}-v{self.version}")
		else:
			self.name = free_slug(self.doctype, self.title)

	def before_insert(self) -> None:
		if not self.instructors and not permissions.is_moderator() and permissions.is_author():
			self.append("instructors", {"instructor": frappe.session.user})

	def validate(self) -> None:
		self.description = clean(self.description)
		licences.keep_counters(self)
		require_one_unit(self.validity_months, self.validity_days)
		self.validate_prerequisites()
		self.validate_audience()
		if self.published and self.has_value_changed("published"):
			self.validate_content()
			self.published_on = self.published_on or now_datetime()
		if not self.published and (self.get_doc_before_save() or {}).get("published"):
			completion.unpublished(self.name)

	def on_update(self) -> None:
		if self.published and self.has_value_changed("published"):
			versions.supersede_older(self)
		before = self.get_doc_before_save()
		if before and before.published and not self.published:
			held.release(held.holding(self.name))  # nobody reads on what was published
		if before and before.licence_count != self.licence_count:
			licences.bought(self.name)
		audiences.saved(self)

	def on_trash(self) -> None:
		super().on_trash()
		for doctype in ("Course Lesson", "Course Chapter"):
			for name in frappe.get_all(doctype, filters={"course": self.name}, pluck="name", limit=0):
				frappe.delete_doc(doctype, name, ignore_permissions=True)

	def validate_prerequisites(self) -> None:
		names = [row.course for row in self.prerequisites]
		if len(names) != len(set(names)):
			frappe.throw(_("A course is named twice among the courses to complete first: remove one."))
		if not names:
			return
		if self.name in names:
			frappe.throw(_("A course cannot be completed before itself: remove it from its own list."))
		if found := structure.find_loop(self.name, names):
			sentence = _("{0} itself waits for this course to be completed: remove one of the two.")
			frappe.throw(sentence.format(frappe.bold(escape_html(found))))

	def validate_audience(self) -> None:
		audiences.check(self)
		if self.is_mandatory and audiences.lines(self):
			frappe.throw(
				_(
					"A mandatory course is for everybody: remove its audience, or make it mandatory for some people by a training requirement."
				)
			)

	def validate_content(self) -> None:
		# `content_follows` is set by code that writes the lessons right after the course
		if not self.flags.content_follows and (self.is_new() or not structure.has_content(self.name)):
			frappe.throw(_("A published course has content: save it unpublished and add a lesson first."))
		if not self.flags.content_follows:
			checks.require_fit(self.name)


def on_doctype_update() -> None:
	"""Indexes: the versions of a course."""
	frappe.db.add_index("LMS Course", ["version_of"], "version_of_index")
	frappe.db.add_index("LMS Course", ["published", "superseded_by"], "catalog")
