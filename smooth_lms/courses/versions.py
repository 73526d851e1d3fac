"""Versions of a course: each is a course of its own, so that what was completed stays what it was."""

from collections.abc import Collection, Sequence
from typing import Any

import frappe

from smooth_lms.base.reads import read_value
from smooth_lms.base.rows import select_rows, set_value
from smooth_lms.courses import held
from smooth_lms.courses.structure import outline

FAMILY = """
	select name, title, version, published, published_on, change_note, superseded_by
	from `tabLMS Course` where name = %(root)s or version_of = %(root)s order by version desc
"""
FRESH = {"published": 0, "superseded_by": None, "published_on": None, "change_note": None}


def family_root(course: str) -> str:
	"""The first version of the course."""
	return read_value("LMS Course", "version_of", {"name": course}) or course


def roots(courses: Collection[str]) -> dict[str, str]:
	"""The first version of each of these courses; names that do not exist are left out. One statement."""
	rows = frappe.get_all(
		"LMS Course", filters={"name": ["in", list(courses)]}, fields=["name", "version_of"], limit=0
	)
	return {row.name: row.version_of or row.name for row in rows}


def families(courses: Collection[str], fields: Sequence[str] = ()) -> dict[str, list[frappe._dict]]:
	"""All versions of the courses that have these as first versions, by these, the newest last. One statement.

	Args:
	        courses: first versions, see `roots`.
	        fields: of LMS Course, to read of each version besides name and version_of.
	"""
	found: dict[str, list[frappe._dict]] = {}
	for row in frappe.get_all(
		"LMS Course",
		or_filters=[["name", "in", list(courses)], ["version_of", "in", list(courses)]],
		fields=["name", "version_of", *fields],
		order_by="version asc, creation asc, name asc",
		limit=0,
	):
		found.setdefault(row.version_of or row.name, []).append(row)
	return found


def family(course: str) -> list[frappe._dict]:
	"""All versions of the course, the newest first: rows with name, title, version, published, published_on
	and change_note."""
	root = family_root(course)
	return frappe.db.sql(FAMILY, {"root": root}, as_dict=True)


def new_version(course: str):
	"""Copy a course with its chapters, lessons, quizzes and questions into its next version, unpublished.

	What is held back of lessons is in the copy; the old version still holds it back. Whoever is in the old version stays
	there; SCORM packages and files are shared, as they never change.
	Returns the new LMS Course document.
	"""
	root = family_root(course)
	# one at a time: two versions with one number would share a name
	versions = select_rows("LMS Course", ["version"], {"name": [root], "version_of": [root]}, lock=True)
	source = frappe.get_doc("LMS Course", course)  # its text; the numbers are those that the lock has read
	copy = frappe.copy_doc(source, ignore_no_copy=False)
	copy.update(FRESH)
	copy.version = max(version for (version,) in versions) + 1
	copy.version_of = root
	# content is shared within a family, so nobody else may say which family a course belongs to
	copy.flags.by_module = True
	copy.insert()
	quizzes: dict[str, str] = {}
	for chapter in outline(course, drafts=True):
		new_chapter = copy_document("Course Chapter", chapter.name, course=copy.name)
		for lesson in chapter.lessons:
			doc = frappe.get_doc("Course Lesson", lesson.name)
			changes = {**held.of(doc), "course": copy.name, "chapter": new_chapter}
			if doc.quiz:
				if doc.quiz not in quizzes:
					quizzes[doc.quiz] = copy_quiz(doc.quiz, copy.name)
				changes["quiz"] = quizzes[doc.quiz]
			copy_document("Course Lesson", doc.name, **changes)
	return copy


def supersede_older(course) -> None:
	"""Point the older versions to this one, so that newcomers take the newest. Call when it is published.

	Args: course, the LMS Course document.
	"""
	if course.version <= 1:
		return
	for row in family(course.name):
		if row.version < course.version and row.superseded_by != course.name:
			set_value("LMS Course", row.name, "superseded_by", course.name)


def change_log(course: str) -> list[frappe._dict]:
	"""The published versions up to this one, the newest first, for learners and auditors."""
	rows = family(course)
	own = next(row.version for row in rows if row.name == course)
	return [row for row in rows if row.version <= own and row.published_on]


def copy_document(doctype: str, name: str, **changes: Any) -> str:
	"""Copy a document with its files, and change some of its values. Returns the new name."""
	doc = frappe.copy_doc(frappe.get_doc(doctype, name))
	doc.update(changes)
	doc.flags.is_copy = doc.flags.by_module = True
	return doc.insert().name


def copy_quiz(name: str, course: str) -> str:
	"""Copy a quiz with its questions into a course. Returns the new LMS Quiz."""
	doc = frappe.copy_doc(frappe.get_doc("LMS Quiz", name))
	doc.course = course
	for row in doc.questions:
		row.question = copy_document("LMS Question", row.question, course=course)
	doc.flags.is_copy = True
	return doc.insert().name
