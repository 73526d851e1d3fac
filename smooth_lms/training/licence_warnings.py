"""Tells who is responsible when the licences of a course run out: once at 75 and once at 100 percent."""

from collections.abc import Collection

import frappe
from frappe import _

from smooth_lms import permissions
from smooth_lms.base.notices.bell import ring
from smooth_lms.base.rows import set_value
from smooth_lms.courses.licences import LEVELS, level
from smooth_lms.training import notices


def check(courses: Collection[str]) -> None:
	"""Warn about these courses where a level has been reached since the last warning. Call under their lock."""
	rows = frappe.get_all(
		"LMS Course",
		filters={"name": ["in", list(courses)], "licence_count": [">", 0]},
		fields=["name", "title", "licence_count", "licences_in_use", "licence_warning", "owner"],
		limit=0,
	)
	for row in rows:
		reached = level(row.licences_in_use, row.licence_count)
		if reached == row.licence_warning:
			continue
		set_value("LMS Course", row.name, "licence_warning", reached, update_modified=False)
		if reached > row.licence_warning:
			_tell(row, reached)


def responsible(course: str) -> list[str]:
	"""Who is told about a course: its instructors and the moderators who can sign in."""
	instructors = frappe.get_all(
		"Course Instructor",
		filters={"parenttype": "LMS Course", "parent": course},
		pluck="instructor",
		limit=0,
	)
	teaching = frappe.get_all(
		"User", filters={"name": ["in", instructors], "enabled": 1}, pluck="name", limit=0
	)
	return sorted({*teaching, *permissions.moderators()})


def _tell(row: frappe._dict, reached: int) -> None:
	subject = _("{0}: {1} of {2} licences are in use").format(
		row.title, row.licences_in_use, row.licence_count
	)
	text = (
		_(
			"None is left: people who should get the course wait on the review list. Buy more or take some back."
		)
		if reached >= LEVELS[-1]
		else _("Buy more before they run out.")
	)
	ring(notices.LICENCES_LOW.key, responsible(row.name), subject, text, "LMS Course", row.name)
