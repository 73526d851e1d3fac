"""Chapters and lessons in their places: adding, naming, moving, copying, and setting many lessons alike."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import frappe
from frappe import _

from smooth_lms import permissions
from smooth_lms.base.reads import read_rows, read_value
from smooth_lms.base.rows import forget_documents, record_changes, update_rows
from smooth_lms.courses import held, structure, versions

CHAPTER, LESSON = "Course Chapter", "Course Lesson"
SETTABLE = ("required", "preview", "estimated_minutes")
LONGEST_TITLE = 140
MOST_MINUTES = 6_000


def add_chapter(course: str, title: str) -> str:
	"""Add a chapter at the end. Returns the Course Chapter."""
	permissions.require_course_author(course)
	title = require_title(title)
	structure.lock(course)
	return frappe.get_doc({"doctype": CHAPTER, "title": title, "course": course}).insert().name


def add_lesson(chapter: str, title: str) -> str:
	"""Add a text lesson at the end of a chapter, as a draft that learners do not see. Returns the Course Lesson."""
	course = course_of(CHAPTER, chapter)
	title = require_title(title)
	structure.lock(course)
	return _insert_draft(chapter, title)


def rename(doctype: str, name: str, title: str) -> None:
	"""Give a chapter or a lesson another title. Args: doctype, Course Chapter or Course Lesson.

	That of a lesson of a published course is held back, see `held`.
	"""
	course = course_of(doctype, name)
	title = require_title(title)
	doc = frappe.get_doc(doctype, name, for_update=True)
	if doctype == LESSON and held.is_holding(doc, course):
		held.hold(doc, {"title": title})
		return
	doc.title = title
	doc.flags.by_module = True
	doc.save()


def move_chapter(chapter: str, after: str | None) -> None:
	"""Put a chapter behind another one of its course; None for the first place."""
	course = course_of(CHAPTER, chapter)
	order = _order(course)
	_require_there(chapter, [row["chapter"] for row in order])
	own = next(row for row in order if row["chapter"] == chapter)
	rest = [row for row in order if row["chapter"] != chapter]
	rest.insert(_place([row["chapter"] for row in rest], after), own)
	structure.reorder(course, rest)


def move_lesson(lesson: str, chapter: str, after: str | None) -> None:
	"""Put a lesson into a chapter of its course.

	Args: after, the lesson of that chapter behind which it goes; None for the first place. Where that one has gone
	meanwhile, it goes to the end.
	"""
	course = course_of(LESSON, lesson)
	order = _order(course)
	_require_there(lesson, [name for row in order for name in row["lessons"]])
	_require_there(chapter, [row["chapter"] for row in order])
	for row in order:
		row["lessons"] = [name for name in row["lessons"] if name != lesson]
		if row["chapter"] == chapter:
			row["lessons"].insert(_place(row["lessons"], after), lesson)
	structure.reorder(course, order)


def copy_chapter(chapter: str) -> dict[str, Any]:
	"""Copy a chapter with its lessons to the place behind it. Answers as `copy_lessons`, and `chapter`, the copy."""
	course = course_of(CHAPTER, chapter)
	chapters, lessons = structure.lock(course)
	_require_there(chapter, chapters)
	copy = frappe.get_doc(
		{"doctype": CHAPTER, "title": _copy_title(chapters[chapter].title), "course": course}
	).insert()
	own = [row.name for row in lessons.values() if row.chapter == chapter]
	done = copy_lessons(copy.name, own, keep_titles=True)
	move_chapter(copy.name, chapter)
	return {**done, "chapter": copy.name}


def copy_lessons(chapter: str, lessons: Sequence[str], *, keep_titles: bool = False) -> dict[str, Any]:
	"""Copy lessons of this or of another course into a chapter.

	A copy within the chapter goes behind its original, all others to the end of the chapter. A quiz is copied along. In
	a published course a copy is a draft. A lesson with a SCORM package of another course is left out: a package belongs
	to one course.

	Args:
	        chapter: Course Chapter they go to.
	        lessons: Course Lessons of courses whose author the session's user is.
	        keep_titles: copies of the chapter's own course have the same titles.

	Returns `copied`, new names, and `left_out`, titles.
	"""
	course = course_of(CHAPTER, chapter)
	structure.lock(course)
	copied, left_out = [], []
	for name in dict.fromkeys(lessons):
		source = course_of(LESSON, name)
		doc = frappe.get_doc(LESSON, name)
		if doc.scorm_package and versions.family_root(source) != versions.family_root(course):
			left_out.append(doc.title)
			continue
		changes = {**held.of(doc), "chapter": chapter, "course": course, "position": 0, "retired_on": None}
		if source == course and not keep_titles:
			changes["title"] = _copy_title(held.as_written(doc).title)
		if doc.quiz:
			changes["quiz"] = versions.copy_quiz(doc.quiz, course)
		if is_published(course):
			changes["draft"] = 1
		made = versions.copy_document(LESSON, name, **changes)
		copied.append(made)
		if doc.chapter == chapter and not doc.retired_on:
			move_lesson(made, chapter, name)
	return {"copied": copied, "left_out": left_out}


def set_lessons(course: str, lessons: Sequence[str], values: Mapping[str, Any]) -> int:
	"""Set many lessons of a course alike. Args: values, of SETTABLE. Returns how many have changed.

	In a published course it is held back, see `held`.
	"""
	permissions.require_course_author(course)
	_chapters, known = structure.lock(course)
	new = {field: _setting(field, value) for field, value in values.items() if field in SETTABLE}
	names = [name for name in dict.fromkeys(lessons) if name in known]
	waiting = {
		row.name: held.of(row) for row in read_rows(LESSON, ("name", held.STORE), {"name": tuple(names)})
	}
	changes = {}
	for name in names:
		now = {**known[name], **waiting[name]}
		changes[name] = [(field, now[field], value) for field, value in new.items() if now[field] != value]
	changes = {name: fields for name, fields in changes.items() if fields}
	if changes:
		_set_alike(course, known, {name: {**waiting[name], **new} for name in changes}, new)
		record_changes(LESSON, changes)
		forget_documents(LESSON, changes)
	return len(changes)


def _set_alike(
	course: str, known: Mapping[str, Any], waiting: Mapping[str, Any], new: Mapping[str, Any]
) -> None:
	"""Write what is set, or hold it back. Args: waiting, what would be held back then, by lesson and field."""
	is_out = is_published(course)
	kept = {
		name: {
			field: value
			for field, value in values.items()
			if field not in SETTABLE or value != known[name][field]
		}
		for name, values in waiting.items()
		if is_out and not known[name].draft
	}
	if kept:
		held.write(kept)
	if at_once := [name for name in waiting if name not in kept]:
		update_rows(LESSON, dict.fromkeys(at_once, new))


def show_lesson(lesson: str) -> None:
	"""Let learners see a draft. Raises ValidationError where something is missing in it."""
	course_of(LESSON, lesson)
	held.release([lesson])


def course_of(doctype: str, name: str) -> str:
	"""The course of a chapter or lesson, for its authors. Raises PermissionError, DoesNotExistError."""
	course = read_value(doctype, "course", {"name": name})
	if not course:
		permissions.require_author()
		raise frappe.DoesNotExistError(_("This is no longer there: reload the page."))
	permissions.require_course_author(course)
	return course


def _insert_draft(chapter: str, title: str) -> str:
	values = {"title": title, "chapter": chapter, "lesson_type": "Text", "estimated_minutes": 1, "draft": 1}
	doc = frappe.get_doc({"doctype": LESSON, **values})
	doc.flags.by_module = True
	return doc.insert().name


def _order(course: str) -> list[dict[str, Any]]:
	"""The outline as `structure.reorder` takes it, held until the transaction ends."""
	chapters, lessons = structure.lock(course)
	return [
		{"chapter": name, "lessons": [row.name for row in lessons.values() if row.chapter == name]}
		for name in chapters
	]


def _place(names: Sequence[str], after: str | None) -> int:
	if not after:
		return 0
	return names.index(after) + 1 if after in names else len(names)


def _require_there(name: str, known: Collection[str]) -> None:
	if name not in known:
		raise frappe.DoesNotExistError(_("This is no longer there: reload the page."))


def require_title(title: str) -> str:
	title = " ".join(title.split())
	if not title:
		frappe.throw(_("Enter a title."))
	if len(title) > LONGEST_TITLE:
		frappe.throw(_("{0} is too long: use at most {1} characters.").format(_("Title"), LONGEST_TITLE))
	return title


def _copy_title(title: str) -> str:
	sentence = _("{0} (copy)")
	return sentence.format(title[: LONGEST_TITLE - len(sentence)])


def _setting(field: str, value: Any) -> int:
	number = frappe.utils.cint(value)
	return min(max(number, 0), MOST_MINUTES) if field == "estimated_minutes" else int(bool(number))


def is_published(course: str) -> bool:
	return bool(read_value("LMS Course", "published", {"name": course}))
