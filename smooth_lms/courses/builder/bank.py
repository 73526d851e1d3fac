"""Questions that exist already, in this and in other courses, found by their words and asked once more."""

from collections.abc import Sequence
from typing import Any

import frappe
from frappe import _

from smooth_lms import permissions
from smooth_lms.base.reads import read_rows, read_value
from smooth_lms.base.sql import containing
from smooth_lms.courses import versions
from smooth_lms.courses.builder import quizzes
from smooth_lms.courses.builder.places import LESSON, course_of
from smooth_lms.courses.builder.quizzes import QUESTION

MOST_FOUND = 40
MOST_ADDED = 100


def find_questions(lesson: str, search: str = "") -> list[frappe._dict]:
	"""Questions that could be asked in the quiz of a lesson, those of its course first, at most MOST_FOUND.

	Of courses that the session's user may write; old versions of courses are left out, and so is what the quiz asks
	already.

	Args: search, words of the question.

	Returns rows with `name, label, question_type, course_title`, and `is_here`, whether it is of the same course.
	"""
	here = course_of(LESSON, lesson)
	question, course = frappe.qb.DocType(QUESTION), frappe.qb.DocType("LMS Course")
	query = (
		frappe.qb.from_(question)
		.join(course)
		.on(course.name == question.course)
		.select(
			question.name,
			question.label,
			question.question_type,
			course.title.as_("course_title"),
			(question.course == here).as_("is_here"),
		)
		.where(course.superseded_by.isnull() | (course.superseded_by == "") | (course.name == here))
		.where(question.name.notin([*_asked(lesson), ""]))
		.orderby((question.course == here), order=frappe.qb.desc)
		.orderby(question.modified, order=frappe.qb.desc)
		.limit(MOST_FOUND)
	)
	if not permissions.is_moderator():
		query = query.where(course.name.isin(list(permissions.own_courses(frappe.session.user))))
	for word in search.split()[:8]:
		query = query.where(question.label.like(containing(word)))
	return query.run(as_dict=True)


def reuse_questions(lesson: str, questions: Sequence[str]) -> dict[str, Any]:
	"""Ask questions in the quiz of a lesson that exist already. One of another course is copied, so that each course
	changes its own.

	Returns as `quizzes.read`, with `added`, how many. Raises PermissionError for questions of courses of others.
	"""
	here = course_of(LESSON, lesson)
	asked = _asked(lesson)
	wanted = [name for name in dict.fromkeys(questions) if name not in asked]
	if len(wanted) > MOST_ADDED:
		frappe.throw(_("These are too many questions at once: choose at most {0}.").format(MOST_ADDED))
	courses = {
		row.name: row.course for row in read_rows(QUESTION, ("name", "course"), {"name": tuple(wanted)})
	}
	for course in set(courses.values()):
		permissions.require_course_author(course)
	names = [
		name if courses[name] == here else versions.copy_document(QUESTION, name, course=here)
		for name in wanted
		if name in courses
	]
	return {**quizzes.append(lesson, names), "added": len(names)}


def _asked(lesson: str) -> set[str]:
	quiz = read_value(LESSON, "quiz", {"name": lesson})
	return (
		{row.question for row in read_rows("LMS Quiz Question", ("question",), {"parent": quiz})}
		if quiz
		else set()
	)
