"""Who may write what into a course, asked by the documents of its content."""

from collections.abc import Collection

import frappe
from frappe import _

from smooth_lms import permissions
from smooth_lms.courses import structure
from smooth_lms.courses.versions import family_root


def check_course(doc) -> None:
	"""Refuse a document that somebody moves into a course they may not change.

	Permissions look at the course a stored document belongs to; this looks at the one it would belong to.
	Raises PermissionError.
	"""
	if doc.flags.ignore_permissions or not (doc.is_new() or doc.has_value_changed("course")):
		return
	permissions.require_course_author(doc.course)


def require_same_family(doc, doctype: str, name: str, label: str) -> None:
	"""Refuse content of another course: a lesson may use the quizzes and packages of its own course only.

	Other versions of the course count as the same. Raises ValidationError.
	"""
	course = frappe.db.get_value(doctype, name, "course")
	if not course or family_root(course) != family_root(doc.course):
		frappe.throw(_("{0}: choose one that belongs to this course.").format(label))


def require_other_lesson(course: str, lessons: Collection[str]) -> None:
	"""Refuse to take the last lessons out of a published course. Raises ValidationError."""
	published = frappe.db.get_value("LMS Course", course, "published")
	if published and structure.has_content(course) and not structure.has_content(course, without=lessons):
		frappe.throw(_("This is the only lesson of a published course: unpublish the course first."))
