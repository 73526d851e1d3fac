"""The courses of the demo, from courses.json: chapters with short lessons, one of them with a quiz."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import frappe

from sandbox.demo.people import user_of
from sandbox.demo.records import ensure, new

AUTHOR = "1007"
"""Employee number of whoever wrote the courses."""


def make_courses() -> None:
	"""Make the courses that are missing, publish them when their lessons are there."""
	courses = json.loads((Path(__file__).parent / "courses.json").read_text(encoding="utf-8"))
	present = set(frappe.get_all("LMS Course", pluck="title", limit=0))
	for course in courses:
		if course["title"] not in present:
			_make(course)


def _make(course: Mapping[str, Any]) -> None:
	author = user_of(AUTHOR)
	doc = new(
		"LMS Course",
		title=course["title"],
		category=ensure("LMS Category", {"category": course["category"]}),
		short_introduction=course["introduction"],
		description=course["description"],
		instructors=[{"instructor": author}] if author else [],
		is_mandatory=int(course.get("mandatory", False)),
		validity_days=course.get("validity", 0),
		compliance_control_id=course.get("control"),
		certification=int("validity" in course),
		estimated_minutes=course["minutes"],
		licence_count=course.get("licences", 0),
	)
	for chapter in course["chapters"]:
		name = new("Course Chapter", title=chapter["title"], course=doc.name).name
		for lesson in chapter["lessons"]:
			_add_lesson(
				doc.name, name, lesson["title"], lesson["minutes"], lesson_type="Text", body=lesson["body"]
			)
	if "quiz" in course:
		quiz = course["quiz"]
		chapter = new("Course Chapter", title="What would you do?", course=doc.name).name
		_add_lesson(doc.name, chapter, quiz["title"], 8, lesson_type="Quiz", quiz=_make_quiz(doc.name, quiz))
	doc.reload()
	doc.published = 1
	doc.save(ignore_permissions=True)


def _add_lesson(course: str, chapter: str, title: str, minutes: int, **values: object) -> None:
	new("Course Lesson", course=course, chapter=chapter, title=title, estimated_minutes=minutes, **values)


def _make_quiz(course: str, quiz: Mapping[str, Any]) -> str:
	questions = [
		new(
			"LMS Question",
			course=course,
			question=f"<p>{question['question']}</p>",
			question_type=question["type"],
			explanation=question["explanation"],
			truth=question.get("truth", "True"),
			number=question.get("number", 0),
			options=[*_options(question["right"], 1), *_options(question["wrong"], 0)],
		).name
		for question in quiz["questions"]
	]
	return new(
		"LMS Quiz",
		course=course,
		title=quiz["title"],
		introduction=quiz["introduction"],
		passing_percentage=quiz["passing"],
		questions=[{"question": name} for name in questions],
	).name


def _options(texts: Sequence[str], right: int) -> list[dict[str, object]]:
	return [{"option": text, "is_correct": right} for text in texts]
