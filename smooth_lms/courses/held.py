"""Changes to lessons of a published course that wait until their authors publish them: learners go on reading what was
published before.

They are kept with the lesson, field by field. Lessons that nobody sees yet, and those of unpublished courses, hold
nothing back.
"""

import json
from collections.abc import Collection, Mapping
from typing import Any

import frappe
from frappe import _
from frappe.utils import strip_html_tags

from smooth_lms.base import stored_json, texts
from smooth_lms.base.reads import read_value
from smooth_lms.base.rows import forget_documents, update_rows

LESSON = "Course Lesson"
STORE = "held_changes"
FIELDS = ("title", "body", "estimated_minutes", "required", "preview", "video_url", "external_url")
"""What the builder changes of a lesson."""
FILES = ("video_file", "attachment")
ALL = (*FIELDS, *FILES)


def of(row: Any) -> dict[str, Any]:
	"""What is held back of a lesson: its new values by field. Args: row, with `name` and STORE."""
	kept = stored_json.read(row.get(STORE), {}, doctype=LESSON, name=row.get("name"))
	return {field: value for field, value in kept.items() if field in ALL}


def is_holding(lesson: Any, course: str) -> bool:
	"""Whether changes to the lesson (`draft`) wait until they are published."""
	return not lesson.draft and bool(read_value("LMS Course", "published", {"name": course}))


def as_written(lesson: Any) -> Any:
	"""A lesson as its authors have it, with what is held back. Changes and returns it."""
	lesson.update(of(lesson))
	return lesson


def hold(doc: Any, values: Mapping[str, Any]) -> None:
	"""Hold values back that were found good, beside what is held back already, and show them on the document.

	What is stored already is no change. Args: doc, the lesson as it is stored, locked.

	Raises ValidationError as publishing would.
	"""
	stored = {field: doc.get(field) for field in ALL}
	doc.update({**of(doc), **texts.cleaned(LESSON, values)})
	if not strip_html_tags(doc.title or "").strip():
		frappe.throw(_("Enter a title."))
	doc.load_doc_before_save()
	doc.flags.by_module = True
	doc.run_method("before_validate")  # files named in it become the lesson's
	doc.run_method("validate")
	write({doc.name: {field: doc.get(field) for field in ALL if doc.get(field) != stored[field]}})
	doc.reload()
	as_written(doc)


def write(changes: Mapping[str, Mapping[str, Any]]) -> None:
	"""Keep what is held back of lessons, by lesson and field; nothing ends it."""
	values = {name: {STORE: json.dumps(kept) if kept else None} for name, kept in changes.items()}
	update_rows(LESSON, values)
	forget_documents(LESSON, values)


def release(lessons: Collection[str]) -> None:
	"""Make what is held back of lessons their content, and show those that nobody sees yet.

	Raises ValidationError for one that cannot be shown.
	"""
	for name in lessons:
		doc = frappe.get_doc(LESSON, name, for_update=True)
		was_held = bool(doc.get(STORE))
		as_written(doc)
		doc.draft = 0
		doc.flags.by_module = True
		doc.save()
		if was_held:
			write({name: {}})


def holding(course: str) -> dict[str, frappe._dict]:
	"""The lessons of a course of which something is held back, by name: rows with `name` and STORE."""
	rows = frappe.get_all(
		LESSON,
		filters={"course": course, "retired_on": ["is", "not set"], STORE: ["is", "set"]},
		fields=["name", STORE],
		limit=0,
	)
	return {row.name: row for row in rows}
