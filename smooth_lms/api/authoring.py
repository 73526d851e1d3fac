"""The course builder over HTTP: one method for each act. What changes the outline answers with the outline as it is now.

The functions of `courses.builder` ask whether the caller may. Refusals carry class, sentence and status.
"""

from typing import Any

import frappe
from frappe import _

from smooth_lms.api import arguments
from smooth_lms.api.arguments import checked
from smooth_lms.base.transactions import tried_again_on_deadlock
from smooth_lms.compliance import certificates
from smooth_lms.courses.builder import (
	arrivals,
	bank,
	overview,
	page,
	pictures,
	places,
	publishing,
	quizzes,
	removal,
	templates,
	text,
)


@frappe.whitelist(methods=["GET", "POST"])
@checked
def get_courses(search: str = "") -> list[dict[str, Any]]:
	"""The courses that the caller may write: see `overview.my_courses`."""
	return overview.my_courses(search)


@frappe.whitelist(methods=["GET", "POST"])
@checked
def get_course(course: str) -> dict[str, Any]:
	"""A course as the builder shows it: see `overview.course`."""
	return overview.course(course)


@frappe.whitelist(methods=["POST"])
@checked
def new_course(title: str, template: str = templates.EMPTY) -> str:
	"""Make a course, empty or as a template has it: see `templates.TEMPLATES`. Returns the LMS Course."""
	return templates.new_course(title, template)


@frappe.whitelist(methods=["GET", "POST"])
@checked
def get_findings(course: str) -> list[dict[str, Any]]:
	"""What its authors should look at before they publish a course: see `overview.findings`."""
	return overview.findings(course)


@frappe.whitelist(methods=["POST"])
@checked
@tried_again_on_deadlock
def publish(course: str, published: bool) -> dict[str, Any]:
	"""Publish a course, or take it back from learners. Returns the outline."""
	overview.publish(course, published)
	return overview.course(course)


@frappe.whitelist(methods=["GET", "POST"])
@checked
def get_changes(course: str) -> dict[str, Any]:
	"""What publishing would change in a published course, and which way is due: see `publishing.waiting`."""
	return publishing.waiting(course, certificates.holders(course))


@frappe.whitelist(methods=["POST"])
@checked
@tried_again_on_deadlock
def publish_changes(course: str, lessons: list | str) -> dict[str, Any]:
	"""Let learners see what has changed in lessons. Returns the outline, and `out`, their names."""
	out = publishing.publish_changes(course, arguments.names(lessons))
	return {"out": out, **overview.course(course)}


@frappe.whitelist(methods=["POST"])
@checked
@tried_again_on_deadlock
def publish_as_version(course: str, note: str = "") -> str:
	"""Publish a course with its changes as its next version: see `publishing.publish_as_version`."""
	return publishing.publish_as_version(course, note)


@frappe.whitelist(methods=["POST"])
@checked
@tried_again_on_deadlock
def add_chapter(course: str, title: str) -> dict[str, Any]:
	"""Add a chapter at the end. Returns the outline, and `added`."""
	return {"added": places.add_chapter(course, title), **overview.course(course)}


@frappe.whitelist(methods=["POST"])
@checked
@tried_again_on_deadlock
def add_lesson(chapter: str, title: str) -> dict[str, Any]:
	"""Add a text lesson at the end of a chapter. Returns the outline, and `added`."""
	return {"added": places.add_lesson(chapter, title), **_outline(places.CHAPTER, chapter)}


@frappe.whitelist(methods=["POST"])
@checked
@tried_again_on_deadlock
def rename_chapter(chapter: str, title: str) -> dict[str, Any]:
	"""Give a chapter another title. Returns the outline."""
	places.rename(places.CHAPTER, chapter, title)
	return _outline(places.CHAPTER, chapter)


@frappe.whitelist(methods=["POST"])
@checked
@tried_again_on_deadlock
def rename_lesson(lesson: str, title: str) -> dict[str, Any]:
	"""Give a lesson another title. Returns the outline."""
	places.rename(places.LESSON, lesson, title)
	return _outline(places.LESSON, lesson)


@frappe.whitelist(methods=["POST"])
@checked
@tried_again_on_deadlock
def move_chapter(chapter: str, after: str | None = None) -> dict[str, Any]:
	"""Put a chapter behind another one; None for the first place. Returns the outline."""
	places.move_chapter(chapter, after)
	return _outline(places.CHAPTER, chapter)


@frappe.whitelist(methods=["POST"])
@checked
@tried_again_on_deadlock
def move_lesson(lesson: str, chapter: str, after: str | None = None) -> dict[str, Any]:
	"""Put a lesson into a chapter behind another lesson; None for the first place. Returns the outline."""
	places.move_lesson(lesson, chapter, after)
	return _outline(places.LESSON, lesson)


@frappe.whitelist(methods=["POST"])
@checked
@tried_again_on_deadlock
def copy_chapter(chapter: str) -> dict[str, Any]:
	"""Copy a chapter with its lessons. Returns the outline, `chapter`, `copied` and `left_out`."""
	return {**places.copy_chapter(chapter), **_outline(places.CHAPTER, chapter)}


@frappe.whitelist(methods=["POST"])
@checked
@tried_again_on_deadlock
def copy_lessons(chapter: str, lessons: list | str) -> dict[str, Any]:
	"""Copy lessons of this or another course into a chapter. Returns the outline, `copied` and `left_out`."""
	done = places.copy_lessons(chapter, arguments.names(lessons))
	return {**done, **_outline(places.CHAPTER, chapter)}


@frappe.whitelist(methods=["POST"])
@checked
@tried_again_on_deadlock
def set_lessons(course: str, lessons: list | str, values: dict | str) -> dict[str, Any]:
	"""Set many lessons alike: `required`, `preview`, `estimated_minutes`. Returns the outline, and `changed`."""
	given = arguments.single_values(values)
	return {
		"changed": places.set_lessons(course, arguments.names(lessons), given),
		**overview.course(course),
	}


@frappe.whitelist(methods=["POST"])
@checked
@tried_again_on_deadlock
def show_lesson(lesson: str) -> dict[str, Any]:
	"""Let learners see a draft. Returns the outline."""
	places.show_lesson(lesson)
	return _outline(places.LESSON, lesson)


@frappe.whitelist(methods=["POST"])
@checked
@tried_again_on_deadlock
def remove_lessons(course: str, lessons: list | str) -> dict[str, Any]:
	"""Take lessons out of a course. Returns the outline, `taken` and `kept`: see `removal.remove_lessons`."""
	done = removal.remove_lessons(course, arguments.names(lessons))
	return {"taken": done["removed"], "kept": done["kept"], **overview.course(course)}


@frappe.whitelist(methods=["POST"])
@checked
@tried_again_on_deadlock
def remove_chapter(chapter: str) -> dict[str, Any]:
	"""Take a chapter with its lessons out of its course. Returns as `remove_lessons`."""
	done = removal.remove_chapter(chapter)
	return {"taken": done["removed"], "kept": done["kept"], **_outline(places.CHAPTER, chapter)}


@frappe.whitelist(methods=["POST"])
@checked
@tried_again_on_deadlock
def bring_back_lessons(course: str, lessons: list | str) -> dict[str, Any]:
	"""Put removed lessons back. Returns the outline."""
	removal.bring_back_lessons(course, arguments.names(lessons))
	return overview.course(course)


@frappe.whitelist(methods=["POST"])
@checked
@tried_again_on_deadlock
def bring_back_chapter(chapter: str) -> dict[str, Any]:
	"""Put a removed chapter back with the lessons that went with it. Returns the outline."""
	removal.bring_back_chapter(chapter)
	return _outline(places.CHAPTER, chapter)


@frappe.whitelist(methods=["GET", "POST"])
@checked
def get_lesson(lesson: str) -> dict[str, Any]:
	"""A lesson for the builder: see `text.read`."""
	return text.read(lesson)


@frappe.whitelist(methods=["POST"])
@checked
@tried_again_on_deadlock
def save_lesson(lesson: str, values: dict | str, marks: dict | str) -> dict[str, Any]:
	"""Save what was changed in a lesson: see `text.save`."""
	return text.save(lesson, arguments.mapping(values) or {}, arguments.single_values(marks))


@frappe.whitelist(methods=["POST"])
@checked
def set_aside(lesson: str, body: dict | str) -> dict[str, Any]:
	"""Keep a text that was overtaken by somebody else's. Args: body, `{"body": text}`. Returns as `text.read`."""
	return text.set_aside(lesson, str(arguments.single_values(body).get("body") or ""))


@frappe.whitelist(methods=["GET", "POST"])
@checked
def get_history(lesson: str) -> list[dict[str, Any]]:
	"""Earlier texts of a lesson: see `text.history`."""
	return text.history(lesson)


@frappe.whitelist(methods=["GET", "POST"])
@checked
def get_earlier_text(lesson: str, entry: str) -> str:
	"""The text of an entry of the history, clean."""
	return text.earlier_text(lesson, entry)


@frappe.whitelist(methods=["POST"])
@checked
@tried_again_on_deadlock
def bring_back_text(lesson: str, entry: str) -> dict[str, Any]:
	"""Make an earlier text of a lesson its text again. Returns as `text.read`."""
	return text.bring_back(lesson, entry)


@frappe.whitelist(methods=["POST"])
@checked
def add_picture(lesson: str) -> str:
	"""Keep the picture that comes as `file` of a form for the text of a lesson. Returns its private address."""
	uploaded = frappe.request.files.get("file")
	if not uploaded:
		places.course_of(places.LESSON, lesson)
		frappe.throw(_("Choose a picture."))
	return pictures.add(lesson, uploaded.filename or "", uploaded.stream.read())


@frappe.whitelist(methods=["GET", "POST"])
@checked
def get_page(course: str) -> dict[str, Any]:
	"""What authors change of a course's page: see `page.read`."""
	return page.read(course)


@frappe.whitelist(methods=["POST"])
@checked
@tried_again_on_deadlock
def save_page(course: str, values: dict | str) -> dict[str, Any]:
	"""Change what a course's page says: see `page.save`."""
	return page.save(course, arguments.single_values(values))


@frappe.whitelist(methods=["POST"])
@checked
def set_cover(course: str) -> dict[str, Any]:
	"""Give a course the picture that comes as `file` of a form; without one its cover is drawn. See `page.set_cover`."""
	uploaded = frappe.request.files.get("file") if frappe.request else None
	if not uploaded:
		return page.set_cover(course)
	return page.set_cover(course, uploaded.filename or "", uploaded.stream.read())


@frappe.whitelist(methods=["POST"])
@checked
def take_file(chapter: str, upload: str, lesson: str | None = None) -> dict[str, Any]:
	"""Make a lesson of a file that has arrived: see `arrivals.take_file`. Returns the outline, and `added`."""
	return {"added": arrivals.take_file(chapter, upload, lesson), **_outline(places.CHAPTER, chapter)}


@frappe.whitelist(methods=["POST"])
@checked
def give_file(lesson: str, upload: str) -> dict[str, Any]:
	"""Put a file that has arrived into a lesson: see `arrivals.give_file`. Returns the outline."""
	arrivals.give_file(lesson, upload)
	return _outline(places.LESSON, lesson)


@frappe.whitelist(methods=["POST"])
@checked
def add_to_text(lesson: str, upload: str) -> dict[str, str]:
	"""Keep a film, captions or a file that has arrived for the text of a lesson: see `arrivals.add_to_text`."""
	return arrivals.add_to_text(lesson, upload)


@frappe.whitelist(methods=["POST"])
@checked
@tried_again_on_deadlock
def remove_captions(lesson: str, language: str) -> dict[str, Any]:
	"""Take the captions in a language away from a film. Returns the outline."""
	arrivals.remove_captions(lesson, language)
	return _outline(places.LESSON, lesson)


@frappe.whitelist(methods=["POST"])
@checked
@tried_again_on_deadlock
def take_link(chapter: str, url: str) -> dict[str, Any]:
	"""Make a lesson of an address: see `arrivals.take_link`. Returns the outline, and `added`."""
	return {"added": arrivals.take_link(chapter, url), **_outline(places.CHAPTER, chapter)}


@frappe.whitelist(methods=["POST"])
@checked
@tried_again_on_deadlock
def add_quiz(chapter: str, title: str) -> dict[str, Any]:
	"""Add a lesson for a quiz at the end of a chapter. Returns the outline, and `added`."""
	return {"added": quizzes.add_quiz(chapter, title), **_outline(places.CHAPTER, chapter)}


@frappe.whitelist(methods=["GET", "POST"])
@checked
def get_quiz(lesson: str) -> dict[str, Any]:
	"""The quiz of a lesson with its questions: see `quizzes.read`."""
	return quizzes.read(lesson)


@frappe.whitelist(methods=["POST"])
@checked
@tried_again_on_deadlock
def add_questions(lesson: str, text: str) -> dict[str, Any]:
	"""Add the questions of a text to the quiz of a lesson: see `quizzes.add_questions`."""
	return quizzes.add_questions(lesson, text)


@frappe.whitelist(methods=["GET", "POST"])
@checked
def find_questions(lesson: str, search: str = "") -> list[dict[str, Any]]:
	"""Questions that could be asked in the quiz of a lesson, too: see `bank.find_questions`."""
	return bank.find_questions(lesson, search)


@frappe.whitelist(methods=["POST"])
@checked
@tried_again_on_deadlock
def reuse_questions(lesson: str, questions: list | str) -> dict[str, Any]:
	"""Ask questions once more that exist already: see `bank.reuse_questions`."""
	return bank.reuse_questions(lesson, arguments.names(questions))


@frappe.whitelist(methods=["POST"])
@checked
@tried_again_on_deadlock
def change_question(lesson: str, question: str, text: str, mark: str) -> dict[str, Any]:
	"""Make a question of a quiz what a text says: see `quizzes.change_question`."""
	return quizzes.change_question(lesson, question, text, mark)


@frappe.whitelist(methods=["POST"])
@checked
@tried_again_on_deadlock
def remove_question(lesson: str, question: str) -> dict[str, Any]:
	"""Take a question out of the quiz of a lesson: see `quizzes.remove_question`."""
	return quizzes.remove_question(lesson, question)


@frappe.whitelist(methods=["POST"])
@checked
@tried_again_on_deadlock
def set_quiz(lesson: str, values: dict | str) -> dict[str, Any]:
	"""Set when the quiz of a lesson is passed, how often and how long it may be tried: see `quizzes.set_quiz`."""
	return quizzes.set_quiz(lesson, arguments.single_values(values))


def _outline(doctype: str, name: str) -> dict[str, Any]:
	return overview.course(places.course_of(doctype, name))
