"""Taking lessons and chapters out of a course, and bringing them back.

Nothing is deleted at once: learners may have worked on it, and authors change their minds. What nobody has worked on
goes for good after KEPT_DAYS.
"""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

import frappe
from frappe.utils import now_datetime

from smooth_lms import permissions
from smooth_lms.base.reads import read_row, read_rows
from smooth_lms.base.rows import forget_documents, record_changes, update_rows
from smooth_lms.courses import progress, structure
from smooth_lms.courses.authoring import require_other_lesson
from smooth_lms.courses.builder.places import CHAPTER, LESSON, course_of

KEPT_DAYS = 30


def remove_lessons(course: str, lessons: Sequence[str]) -> dict[str, Any]:
	"""Take lessons out of a course. What learners have done in them is kept.

	Returns `removed`, their names, and `kept`, those of them that learners have worked on. Raises ValidationError for
	the last lessons of a published course.
	"""
	permissions.require_course_author(course)
	_chapters, known = structure.lock(course)
	names = [name for name in dict.fromkeys(lessons) if name in known]
	require_other_lesson(course, names)
	_stamp(LESSON, names, now_datetime())
	return {"removed": names, "kept": sorted(worked_on(names))}


def remove_chapter(chapter: str) -> dict[str, Any]:
	"""Take a chapter with its lessons out of its course; as `remove_lessons`."""
	course = course_of(CHAPTER, chapter)
	_chapters, known = structure.lock(course)
	names = [row.name for row in known.values() if row.chapter == chapter]
	require_other_lesson(course, names)
	stamp = now_datetime()
	_stamp(LESSON, names, stamp)
	_stamp(CHAPTER, [chapter], stamp)
	return {"removed": names, "kept": sorted(worked_on(names))}


def bring_back_lessons(course: str, lessons: Sequence[str]) -> None:
	"""Put removed lessons back where they were, and their chapters where these were removed as well."""
	permissions.require_course_author(course)
	structure.lock(course)
	rows = read_rows(LESSON, ("name", "chapter"), {"course": course, "name": tuple(lessons)}, lock=True)
	_stamp(LESSON, [row.name for row in rows], None)
	_stamp(CHAPTER, sorted({row.chapter for row in rows}), None)


def bring_back_chapter(chapter: str) -> None:
	"""Put a removed chapter back, with the lessons that were removed with it."""
	course = course_of(CHAPTER, chapter)
	structure.lock(course)
	row = read_row(CHAPTER, ("retired_on",), {"name": chapter}, lock=True)
	with_it = {"chapter": chapter, "retired_on": row.retired_on}
	lessons = read_rows(LESSON, ("name",), with_it, lock=True) if row.retired_on else []
	_stamp(LESSON, [each.name for each in lessons], None)
	_stamp(CHAPTER, [chapter], None)


def removed(course: str) -> list[dict[str, Any]]:
	"""The lessons that were taken out of a course, the last one first: `name, title, kept` and `retired_on`."""
	own = read_rows(
		LESSON, ("name", "title", "retired_on"), {"course": course}, order="`retired_on` desc, `position`"
	)
	rows = [row for row in own if row.retired_on]
	kept = worked_on([row.name for row in rows])
	return [{**row, "kept": row.name in kept} for row in rows]


def forget_removed() -> None:
	"""Scheduler: delete what was removed long ago and nobody has worked on."""
	before = now_datetime() - timedelta(days=KEPT_DAYS)
	for doctype in (LESSON, CHAPTER):
		names = [row.name for row in read_rows(doctype, ("name",), {}, up_to={"retired_on": before})]
		kept = worked_on(names) if doctype == LESSON else _with_lessons(names)
		for name in names:
			if name not in kept:
				_delete(doctype, name)


def worked_on(lessons: Collection[str]) -> set[str]:
	"""Those of the lessons that learners have begun."""
	about = {"lesson": ["in", list(lessons)]}
	return set(frappe.get_all(progress.DOCTYPE, filters=about, pluck="lesson", distinct=True, limit=0))


def _with_lessons(chapters: Collection[str]) -> set[str]:
	return (
		{row.chapter for row in read_rows(LESSON, ("chapter",), {"chapter": tuple(chapters)})}
		if chapters
		else set()
	)


def _delete(doctype: str, name: str) -> None:
	"""Delete one; what something else points to stays."""
	frappe.db.savepoint("forget_removed")
	try:
		frappe.delete_doc(doctype, name, ignore_permissions=True)
	except (frappe.LinkExistsError, frappe.ValidationError):
		frappe.db.rollback(save_point="forget_removed")
		frappe.clear_messages()


def _stamp(doctype: str, names: Sequence[str], stamp: Any) -> None:
	rows = read_rows(doctype, ("name", "retired_on"), {"name": tuple(names)}, lock=True) if names else []
	changes = {
		row.name: [("retired_on", row.retired_on, stamp)]
		for row in rows
		if bool(row.retired_on) != bool(stamp)
	}
	if changes:
		update_rows(doctype, {name: {"retired_on": stamp} for name in changes})
		record_changes(doctype, changes)
		forget_documents(doctype, changes)
