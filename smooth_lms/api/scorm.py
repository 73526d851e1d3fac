"""SCORM lessons over HTTP: start a part, and see what the package has reported."""

from typing import Any

import frappe
from frappe import _

from smooth_lms.api.arguments import checked
from smooth_lms.courses import access
from smooth_lms.courses.scorm import player, taking, trust
from smooth_lms.exceptions import AccessEndedError, LessonLockedError


@frappe.whitelist(methods=["GET", "POST"])
@checked
def get_player(lesson: str, part: str | None = None) -> dict[str, Any]:
	"""The parts of a SCORM lesson and the address that starts one: see `player.player`.

	Raises as `access.lesson_access`.
	"""
	return _player(access.lesson_access(lesson), lesson, part)


@frappe.whitelist(methods=["GET", "POST"])
@checked
def get_ticket(lesson: str, part: str, enrollment: str, package: str | None = None) -> dict[str, str | None]:
	"""A fresh ticket for the commits of a part that is open in the browser.

	Args:
	        enrollment: the LMS Enrollment in which it was opened: what one person did counts for nobody else.
	        package: the LMS SCORM Package that was opened, which the lesson has to show still.

	Returns `ticket`, and `csrf_token` where the package is trusted. Raises as `access.lesson_access`, and AccessEndedError.
	"""
	found = access.lesson_access(lesson)
	if not found.enrollment or found.enrollment != enrollment:
		frappe.throw(AccessEndedError().text, AccessEndedError)
	playing = _player(found, lesson, part)
	if package and playing["package"] != package:
		frappe.throw(AccessEndedError().text, AccessEndedError)
	return {"ticket": playing["ticket"], "csrf_token": playing["csrf_token"]}


@frappe.whitelist(methods=["POST"])
@checked
def take_upload(upload: str, course: str, title: str | None = None) -> dict[str, str]:
	"""Make a package of an upload that has arrived as a whole: see `uploads.FileUpload`.

	Returns `name`, `title` and what its author has to know (`left_out`, `notes`). Raises PermissionError,
	UploadRefusedError, and PackageRefusedError.
	"""
	package = taking.take_upload(upload, course, title)
	fields = ("name", "title", "left_out", "notes")
	return {field: package.get(field) or "" for field in fields}


@frappe.whitelist(methods=["POST"])
@checked
def trust_package(package: str, reason: str) -> None:
	"""Let a package run as a page of the portal, with all that its learners may do: see `trust`.

	Raises PermissionError for anybody but a System Manager.
	"""
	trust.trust(package, reason)


@frappe.whitelist(methods=["POST"])
@checked
def end_trust(package: str, reason: str) -> None:
	"""Let a package run apart from the portal again. Raises as `trust_package`."""
	trust.end_trust(package, reason)


def _player(found: access.LessonAccess, lesson: str, part: str | None) -> dict[str, Any]:
	package = frappe.db.get_value("Course Lesson", lesson, "scorm_package")
	if found.lesson.lesson_type != "SCORM" or not package:
		frappe.throw(_("This lesson has no SCORM package."), LessonLockedError)
	return player.player(found, package, part)
