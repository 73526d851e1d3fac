"""SCORM lessons over HTTP: start a part, and see what the package has reported."""

from typing import Any

import frappe
from frappe import _

from smooth_lms.api.arguments import checked
from smooth_lms.courses import access
from smooth_lms.courses.scorm import player
from smooth_lms.exceptions import LessonLockedError


@frappe.whitelist(methods=["GET", "POST"])
@checked
def get_player(lesson: str, part: str | None = None) -> dict[str, Any]:
	"""The parts of a SCORM lesson and the address that starts one: see `player.player`.

	Raises as `access.lesson_access`.
	"""
	found = access.lesson_access(lesson)
	package = frappe.db.get_value("Course Lesson", lesson, "scorm_package")
	if found.lesson.lesson_type != "SCORM" or not package:
		frappe.throw(_("This lesson has no SCORM package."), LessonLockedError)
	return player.player(found, package, part)
