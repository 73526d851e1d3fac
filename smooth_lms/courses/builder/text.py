"""What stands in a lesson: read for the builder, saved field by field while somebody writes, with its history.

Two authors at once: each save names, by a mark, which state of a field it has seen. A field that somebody else has
changed meanwhile is not overwritten; all other fields are saved. Marks rather than `modified`, which a move changes.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import frappe
from frappe import _
from frappe.utils import add_to_date, get_datetime, now_datetime

from smooth_lms.base.reads import read_value
from smooth_lms.base.rows import record_changes
from smooth_lms.courses import held, rich_text
from smooth_lms.courses.builder import arrivals
from smooth_lms.courses.builder.places import LESSON, course_of
from smooth_lms.courses.builder.removal import worked_on
from smooth_lms.courses.held import FIELDS

NUMBERS = ("estimated_minutes", "required", "preview")
SITTING_MINUTES = 10
"""What one author writes within so many minutes is one entry of the history."""
MOST_ENTRIES = 30
LONGEST_BODY = 2_000_000
"""Characters of a lesson's text; pasted pictures are files of their own."""


def read(lesson: str) -> dict[str, Any]:
	"""A lesson for the builder.

	Returns `name, course, chapter, lesson_type, draft, values` (by FIELDS), `marks` (likewise), `shown` (see
	`arrivals.shown_files`), `held` (the fields whose new values learners do not see yet), `changed_by`, `changed_on`,
	`is_worked_on` and `minutes_by_itself`.
	"""
	course_of(LESSON, lesson)
	return _answer(held.as_written(frappe.get_doc(LESSON, lesson)))


def save(lesson: str, values: Mapping[str, Any], marks: Mapping[str, Any]) -> dict[str, Any]:
	"""Save what somebody has changed in a lesson; in a published course it is held back, see `held`.

	Args:
	        lesson: Course Lesson.
	        values: new values, by FIELDS; `estimated_minutes` of None lets them follow the text again.
	        marks: for each of them the mark of the value that was changed.

	Returns as `read`, and `conflicts`: fields that somebody else has changed meanwhile, which are as they were.
	"""
	course = course_of(LESSON, lesson)
	doc = frappe.get_doc(LESSON, lesson, for_update=True)
	if doc.retired_on:
		frappe.throw(_("This lesson was taken out of the course: bring it back first."))
	before = _as_written(doc)
	new = {field: _value(doc, field, values[field]) for field in FIELDS if field in values}
	conflicts = [
		field
		for field, value in new.items()
		if doc.get(field) != value and marks.get(field) != _mark(doc.get(field))
	]
	_apply(doc, {field: value for field, value in new.items() if field not in conflicts})
	if any(doc.get(field) != value for field, value in before.items()):
		doc = _store(doc, course, before)
	return {**_answer(doc), "conflicts": conflicts}


def set_aside(lesson: str, body: str) -> dict[str, Any]:
	"""Keep a text in the history of a lesson that did not become its text: somebody else's was saved before it.

	Returns as `read`.
	"""
	course_of(LESSON, lesson)
	stored = read_value(LESSON, "body", {"name": lesson})
	_require_length(body)
	record_changes(LESSON, {lesson: [("body", rich_text.clean(body), stored)]})
	return read(lesson)


def history(lesson: str) -> list[dict[str, Any]]:
	"""Earlier texts of a lesson, the last one first: `name, by, until` (when it was replaced) and `words`, how many."""
	course_of(LESSON, lesson)
	names: dict[str, str] = {}
	found = []
	for row in _entries(lesson):
		text = _earlier_text(row.data)
		if text is not None:
			by = names.setdefault(
				row.owner, frappe.get_cached_value("User", row.owner, "full_name") or row.owner
			)
			found.append(
				{"name": row.name, "by": by, "until": row.creation, "words": rich_text.count_words(text)}
			)
	return found


def earlier_text(lesson: str, entry: str) -> str:
	"""The text that an entry of the history holds. Raises DoesNotExistError for none of this lesson's."""
	course_of(LESSON, lesson)
	about = {"name": entry, "ref_doctype": LESSON, "docname": lesson}
	text = _earlier_text(read_value("Version", "data", about))
	if text is None:
		raise frappe.DoesNotExistError(_("This is no longer there: reload the page."))
	return rich_text.clean(text)


def bring_back(lesson: str, entry: str) -> dict[str, Any]:
	"""Make an earlier text of a lesson its text again; the present one goes to the history. Returns as `read`."""
	course = course_of(LESSON, lesson)
	body = earlier_text(lesson, entry)
	doc = frappe.get_doc(LESSON, lesson, for_update=True)
	before = _as_written(doc)
	_apply(doc, {"body": body})
	return _answer(_store(doc, course, before, new_entry=True))


def _answer(doc) -> dict[str, Any]:
	values = {field: doc.get(field) if field not in NUMBERS else int(doc.get(field) or 0) for field in FIELDS}
	return {
		"name": doc.name,
		"course": doc.course,
		"chapter": doc.chapter,
		"lesson_type": doc.lesson_type,
		"draft": bool(doc.draft),
		"values": {**values, "body": rich_text.clean(doc.body)},
		"marks": {field: _mark(doc.get(field)) for field in FIELDS},
		"shown": arrivals.shown_files(doc),
		"held": sorted(held.of(doc)),
		"changed_by": frappe.get_cached_value("User", doc.modified_by, "full_name") or doc.modified_by,
		"changed_on": str(doc.modified),
		"is_worked_on": bool(worked_on([doc.name])),
		"minutes_by_itself": rich_text.minutes(doc.body),
	}


def _value(doc, field: str, value: Any) -> Any:
	"""What somebody sent for a field, as it would be stored."""
	if field == "estimated_minutes" and value in (None, ""):
		return rich_text.minutes(doc.body)
	if field in NUMBERS:
		return frappe.utils.cint(value)
	if not isinstance(value, str):
		frappe.throw(_("{0}: one text is wanted here.").format(frappe.utils.escape_html(field)))
	if field == "body":
		_require_length(value)
		return rich_text.clean(value)
	return " ".join(value.split())


def _require_length(body: str) -> None:
	if len(body) > LONGEST_BODY:
		frappe.throw(_("This text is too long for one lesson: split it into several."))


def _apply(doc, values: Mapping[str, Any]) -> None:
	"""Minutes follow a text until somebody sets them."""
	follows = doc.lesson_type == "Text" and doc.estimated_minutes == rich_text.minutes(doc.body)
	doc.update(values)
	if "body" in values and follows and "estimated_minutes" not in values:
		doc.estimated_minutes = rich_text.minutes(doc.body)


def _settle_draft(doc, course: str) -> None:
	"""In a course that nobody sees yet, a text lesson is a draft as long as it is empty; else authors decide."""
	if doc.lesson_type == "Text" and not read_value("LMS Course", "published", {"name": course}):
		doc.draft = int(not rich_text.says_something(doc.body))


def _as_written(doc) -> dict[str, Any]:
	"""Show what is held back on the document. Returns its values."""
	held.as_written(doc)
	return {field: doc.get(field) for field in FIELDS}


def _store(doc, course: str, before: Mapping[str, Any], *, new_entry: bool = False) -> Any:
	"""Store a lesson, or hold back what has changed in it. Returns the document as it is now."""
	changes = [(field, value, doc.get(field)) for field, value in before.items() if doc.get(field) != value]
	is_held, was_held = held.is_holding(doc, course), bool(held.of(doc))
	# what was published last is an entry of its own
	begins = new_entry or (is_held and not was_held) or not _is_same_sitting(doc)
	if is_held:
		stored = frappe.get_doc(LESSON, doc.name, for_update=True)
		held.hold(stored, {field: new for field, _old, new in changes})
		doc = stored
	else:
		_settle_draft(doc, course)
		doc.flags.by_module = True
		doc.save(ignore_version=True)
		if was_held:
			held.write({doc.name: {}})
			doc.reload()
	changes = [change for change in changes if change[0] != "body" or begins]
	if changes:
		record_changes(LESSON, {doc.name: changes})
	return doc


def _is_same_sitting(doc) -> bool:
	"""Whether the session's user has begun an entry just now, and nobody else has saved since."""
	if doc.modified_by != frappe.session.user:
		return False
	since = add_to_date(now_datetime(), minutes=-SITTING_MINUTES)
	last = next((row for row in _entries(doc.name, 5) if _earlier_text(row.data) is not None), None)
	return bool(last and last.owner == frappe.session.user and get_datetime(last.creation) > since)


def _entries(lesson: str, most: int = MOST_ENTRIES) -> list[frappe._dict]:
	return frappe.get_all(
		"Version",
		filters={"ref_doctype": LESSON, "docname": lesson, "data": ["like", '%"body"%']},
		fields=["name", "owner", "creation", "data"],
		order_by="creation desc",
		limit=most,
	)


def _earlier_text(data: str | None) -> str | None:
	changed = json.loads(data or "{}").get("changed") or []
	return next((before or "" for field, before, _after in changed if field == "body"), None)


def _mark(value: Any) -> str:
	"""Tells states of a field apart."""
	return hashlib.sha256(str("" if value is None else value).encode()).hexdigest()[:16]
