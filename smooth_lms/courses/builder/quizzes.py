"""The quiz of a lesson, written in place: its questions as lines of text, one block for each."""

import hashlib
from collections.abc import Mapping
from html import escape
from typing import Any

import frappe
from frappe import _

from smooth_lms.courses import rich_text, structure
from smooth_lms.courses.builder.places import CHAPTER, LESSON, course_of, is_published, require_title
from smooth_lms.courses.quiz import importing, marking, stored
from smooth_lms.courses.quiz.sheet import NUMBER, TRUTH

QUIZ, QUESTION = "LMS Quiz", "LMS Question"
SETTINGS = ("passing_percentage", "max_attempts", "time_limit_minutes")
LONGEST_TEXT = 200_000


def add_quiz(chapter: str, title: str) -> str:
	"""Add a lesson for a quiz at the end of a chapter, a draft until it has a question. Returns the Course Lesson."""
	course = course_of(CHAPTER, chapter)
	title = require_title(title)
	structure.lock(course)
	doc = frappe.get_doc(
		{"doctype": LESSON, "title": title, "chapter": chapter, "lesson_type": "Quiz", "draft": 1}
	)
	doc.flags.by_module = True
	return doc.insert().name


def read(lesson: str) -> dict[str, Any]:
	"""The quiz of a lesson.

	Returns `quiz` (None before the first question), `settings` (by SETTINGS) and `questions`: `name, html, question_type,
	options, written` (see `importing.written`; empty for one with pictures or formatting), `mark`.
	"""
	course_of(LESSON, lesson)
	return _answer(_lesson(lesson).quiz)


def add_questions(lesson: str, text: str) -> dict[str, Any]:
	"""Add the questions of a text at the end of the quiz: all of them, or none where one cannot be taken.

	Returns as `read`, with `added`, how many, and `troubles`: `line, question, sentence`.
	"""
	course_of(LESSON, lesson)
	found = _parsed(text)
	troubles = [
		{"line": each.line, "question": each.question, "sentence": _(each.trouble)}
		for each in found
		if each.trouble
	]
	doc = _lesson(lesson)
	if troubles or not found:
		return {**_answer(doc.quiz), "added": 0, "troubles": troubles}
	names = [
		frappe.get_doc({"doctype": QUESTION, "course": doc.course, **_values(each)}).insert().name
		for each in found
	]
	_append(doc, names)
	return {**_answer(doc.quiz), "added": len(names), "troubles": []}


def change_question(lesson: str, question: str, text: str, mark: str) -> dict[str, Any]:
	"""Make a question of the quiz what a text says. Attempts that learners have made keep the question as it was.

	Args: mark, of the question that was changed, see `read`.

	Returns as `add_questions`. Raises ValidationError where somebody else has changed it meanwhile.
	"""
	course_of(LESSON, lesson)
	doc = _lesson(lesson)
	_require_asked(doc.quiz, question)
	found = _parsed(text)
	if len(found) != 1 or found[0].trouble:
		sentence = _(found[0].trouble) if found and found[0].trouble else _("Write one question here.")
		trouble = {"line": 1, "question": "", "sentence": sentence}
		return {**_answer(doc.quiz), "added": 0, "troubles": [trouble]}
	asked = frappe.get_doc(QUESTION, question, for_update=True)
	if _mark(asked) != mark:
		frappe.throw(_("Somebody else has changed this question meanwhile: open the lesson again."))
	asked.update(_values(found[0]))
	asked.save()
	return {**_answer(doc.quiz), "added": 0, "troubles": []}


def append(lesson: str, questions: list[str]) -> dict[str, Any]:
	"""Put questions of the course at the end of the quiz of a lesson. Returns as `read`."""
	course_of(LESSON, lesson)
	doc = _lesson(lesson)
	if questions:
		_append(doc, questions)
	return _answer(doc.quiz)


def remove_question(lesson: str, question: str) -> dict[str, Any]:
	"""Take a question out of the quiz; it stays among the questions of the course. Returns as `read`."""
	course_of(LESSON, lesson)
	doc = _lesson(lesson)
	_require_asked(doc.quiz, question)
	quiz = frappe.get_doc(QUIZ, doc.quiz, for_update=True)
	quiz.questions = [row for row in quiz.questions if row.question != question]
	quiz.save()
	return _answer(doc.quiz)


def set_quiz(lesson: str, values: Mapping[str, Any]) -> dict[str, Any]:
	"""Set what a quiz asks of learners, by SETTINGS. Returns as `read`."""
	course_of(LESSON, lesson)
	doc = _lesson(lesson)
	if not doc.quiz:
		frappe.throw(_("Write a question first."))
	quiz = frappe.get_doc(QUIZ, doc.quiz, for_update=True)
	quiz.update({field: max(frappe.utils.cint(values[field]), 0) for field in SETTINGS if field in values})
	quiz.save()
	return _answer(doc.quiz)


def _append(lesson, names: list[str]) -> None:
	"""Put questions at the end of the lesson's quiz, which is made with its first ones."""
	rows = [{"question": name, "marks": 1} for name in names]
	if lesson.quiz:
		quiz = frappe.get_doc(QUIZ, lesson.quiz, for_update=True)
		for row in rows:
			quiz.append("questions", row)
		quiz.save()
		return
	values = {"doctype": QUIZ, "title": lesson.title, "course": lesson.course, "questions": rows}
	lesson.quiz = frappe.get_doc(values).insert().name
	lesson.draft = int(is_published(lesson.course))
	lesson.flags.by_module = True
	lesson.save()


def _lesson(name: str):
	doc = frappe.get_doc(LESSON, name, for_update=True)
	if doc.lesson_type != "Quiz":
		frappe.throw(_("This lesson is no quiz."))
	return doc


def _parsed(text: str) -> list[importing.Found]:
	if len(text) > LONGEST_TEXT:
		frappe.throw(_("This text is too long: paste the questions in several parts."))
	return importing.parse(text)


def _values(found: importing.Found) -> dict[str, Any]:
	return {
		"question": f"<p>{escape(found.question, quote=False)}</p>",
		"question_type": found.question_type,
		"options": found.options,
		"truth": found.truth,
		"number": found.number,
		"tolerance": found.tolerance,
		"explanation": found.explanation,
	}


def _require_asked(quiz: str | None, question: str) -> None:
	if not quiz or not frappe.db.exists("LMS Quiz Question", {"parent": quiz, "question": question}):
		raise frappe.DoesNotExistError(_("This is no longer there: reload the page."))


def _answer(quiz: str | None) -> dict[str, Any]:
	if not quiz:
		return {"quiz": None, "settings": {}, "questions": []}
	doc = frappe.get_doc(QUIZ, quiz)
	found = stored.questions([row.question for row in doc.questions], ("modified",))
	return {
		"quiz": quiz,
		"settings": {field: frappe.utils.cint(doc.get(field)) for field in SETTINGS},
		"questions": [_question(found[row.question]) for row in doc.questions],
	}


def _question(row: frappe._dict) -> dict[str, Any]:
	html = rich_text.clean(row.question)
	is_plain = not rich_text.TAG.search(html.replace("<p>", "").replace("</p>", ""))
	return {
		"name": row.name,
		"html": html,
		"question_type": row.question_type,
		"options": _answers(row),
		"written": importing.written(row) if is_plain else "",
		"mark": _mark(row),
	}


def _answers(row: frappe._dict) -> list[dict[str, Any]]:
	"""The answers of a question as its author reads them, right ones marked."""
	if row.question_type == TRUTH:
		return [{"option": _(row.truth), "is_correct": 1}]
	if row.question_type == NUMBER:
		return [{"option": marking.number_in_words(row.number, row.tolerance), "is_correct": 1}]
	return [{"option": each.option, "is_correct": int(each.is_correct)} for each in row.options]


def _mark(row: Any) -> str:
	"""Tells states of a question apart."""
	return hashlib.sha256(f"{row.name} {row.modified}".encode()).hexdigest()[:16]
