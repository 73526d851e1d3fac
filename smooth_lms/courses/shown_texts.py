"""Private pictures in what authors write: whoever is shown the text may have them (hook `smooth_lms_text_readers`)."""

import frappe

from smooth_lms.base import files
from smooth_lms.base.sql import containing
from smooth_lms.courses import access
from smooth_lms.exceptions import Refusal

CLOSED = (Refusal, frappe.PermissionError, frappe.DoesNotExistError)
MOST = 20
"""Attempts that are looked at for a picture; the newest count."""


def in_lesson(name: str, url: str) -> bool:
	"""Whether the session's user may open the lesson, and its text shows the picture."""
	return _stands_in("Course Lesson", name, "body", url) and _opens(lambda: access.lesson_access(name))


def in_course(name: str, url: str) -> bool:
	"""Whether the session's user sees the course, and its description shows the picture."""
	return _stands_in("LMS Course", name, "description", url) and _opens(lambda: access.course_access(name))


def in_question(name: str, url: str) -> bool:
	"""Whether a question that shows the picture was put to the session's user, in a lesson that they may still open."""
	if not _stands_in("LMS Question", name, "question", url):
		return False
	lessons = frappe.get_all(
		"LMS Quiz Submission",
		filters={"member": frappe.session.user, "sheet": ["like", containing(url)]},
		pluck="lesson",
		order_by="creation desc",
		limit=MOST,
	)
	return any(_opens(lambda lesson=lesson: access.lesson_access(lesson)) for lesson in set(lessons))


def _stands_in(doctype: str, name: str, field: str, url: str) -> bool:
	return url in files.named_in(frappe.db.get_value(doctype, name, field))


def _opens(ask) -> bool:
	said = len(frappe.local.message_log)
	try:
		ask()
	except CLOSED:
		del frappe.local.message_log[said:]
		return False
	return True
