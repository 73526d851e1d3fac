"""Courses and lessons that somebody finds by words: those that they may open, and no others."""

from collections.abc import Sequence
from typing import Any

from pypika import Criterion, Table

import frappe

from smooth_lms.base import fulltext
from smooth_lms.courses import access, catalog
from smooth_lms.exceptions import Refusal

MORE = 4
"""Lessons that are asked for per one that is shown: some of them wait for others."""


def courses(words: Sequence[str], user: str, limit: int) -> tuple[list[dict[str, Any]], bool]:
	"""The courses of the catalogue, and those that `user` is enrolled in, by words: see `fulltext.find`.

	Returns rows with name, title and short_introduction.
	"""

	def select(table: Table, found: Criterion):
		query = frappe.qb.from_(table).select(table.name, table.title, table.short_introduction)
		return query.where((table.published == 1) & catalog.is_listed(table, user) & found)

	return fulltext.find("LMS Course", words, select, limit)


def lessons(words: Sequence[str], user: str, limit: int) -> tuple[list[dict[str, Any]], bool]:
	"""The lessons that `user` may open now, by words: see `fulltext.find`. Whether they may, `access` says of each.

	Returns rows with name, title, course, course_title and lesson_type.
	"""
	course, own = frappe.qb.DocType("LMS Course"), frappe.qb.DocType("LMS Enrollment")
	taken = frappe.qb.from_(own).select(own.course).where((own.member == user) & own.withdrawn_on.isnull())

	def select(table: Table, found: Criterion):
		query = frappe.qb.from_(table).join(course).on(course.name == table.course)
		query = query.select(table.name, table.title, table.lesson_type, table.course)
		opens = (course.published == 1) & (course.upcoming == 0)
		may = course.name.isin(taken) | ((table.preview == 1) & catalog.is_listed(course, user))
		return query.select(course.title.as_("course_title")).where(opens & may & found)

	rows, exact = fulltext.find("Course Lesson", words, select, limit * MORE)
	shown: list[dict[str, Any]] = []
	for row in rows:
		if len(shown) < limit and _opens(row.name, user):
			shown.append(row)
	return shown, exact


def _opens(lesson: str, user: str) -> bool:
	try:
		access.lesson_access(lesson, user)
	except (Refusal, frappe.DoesNotExistError, frappe.PermissionError):
		frappe.clear_last_message()
		return False
	return True
