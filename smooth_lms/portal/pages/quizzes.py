"""Taking a quiz: begin, answer, submit, look at the result. Everything works as plain forms."""

from collections.abc import Collection
from urllib.parse import quote

import frappe
from frappe import _

from smooth_lms.api.quizzes import open_quiz
from smooth_lms.base.words import plural
from smooth_lms.courses import access, catalog
from smooth_lms.courses.quiz import attempts, results
from smooth_lms.courses.quiz.sheet import MULTIPLE
from smooth_lms.exceptions import Refusal
from smooth_lms.portal.answers import Answer, Page, Redirect, as_text
from smooth_lms.portal.pages import courses
from smooth_lms.portal.visit import Visit


def start(visit: Visit, course: str, lesson: str) -> Answer:
	"""Begin an attempt, or go on with the one that runs."""
	courses.open_lesson(course, lesson)
	found = open_quiz(lesson)
	try:
		name = attempts.start(found)
	except Refusal as refusal:
		frappe.clear_messages()
		return courses.lesson_page(visit, found, alert=as_text(refusal))
	return Redirect(_address(course, lesson, name))


def show(visit: Visit, course: str, lesson: str, submission: str) -> Answer:
	"""The questions of a running attempt, or the result of one that is submitted."""
	found = courses.open_lesson(course, lesson)
	if frappe.db.get_value("LMS Quiz Submission", submission, ["lesson", "member"]) != (lesson, visit.user):
		raise frappe.DoesNotExistError
	if frappe.db.get_value("LMS Quiz Submission", submission, "status") == attempts.SUBMITTED:
		return _result(visit, found, submission)
	return _questions(visit, found, submission)


def answer(visit: Visit, course: str, lesson: str, submission: str) -> Answer:
	"""Save or submit the answers of the form; who has left questions out is asked once whether that is meant."""
	found = courses.open_lesson(course, lesson)
	if frappe.db.get_value("LMS Quiz Submission", submission, "status") == attempts.SUBMITTED:
		return Redirect(_address(course, lesson, submission))
	given = _given(visit, attempts.questions(submission, visit.user)["questions"])
	if visit.form.get("action") == "save":
		if attempts.save(submission, given, visit.user)["saved"]:
			return Redirect(f"{courses.address_of(course, lesson)}?done=saved")
	elif not visit.form.get("asked") and (missing := _left_out(submission, given, visit.user)):
		return _questions(visit, found, submission, missing)
	else:
		attempts.submit(submission, given, visit.user)
	return Redirect(_address(course, found.lesson.name, submission))


def _left_out(submission: str, given: dict, user: str) -> list[int]:
	"""Save the answers; the numbers of the questions without one, from 0. None where the time is over."""
	kept = attempts.save(submission, given, user)
	return [] if kept["seconds_left"] == 0 else kept["unanswered"]


def _questions(
	visit: Visit, found: access.LessonAccess, submission: str, left_out: Collection[int] = ()
) -> Page:
	attempt = attempts.questions(submission, visit.user)
	course, lesson = found.course.course.name, found.lesson.name
	return Page(
		"quiz.html",
		found.lesson.title,
		{
			"quiz": results.overview(found),
			"attempt": attempt,
			"multiple": MULTIPLE,
			"left_out": left_out,
			# no alert of the page: what is answered so far is kept
			"asks_back": _asks_back(len(left_out), len(attempt["questions"])),
			"address": _address(course, lesson, submission),
			"back": courses.address_of(course, lesson),
		},
		section=courses.SECTION,
	)


def _asks_back(missing: int, questions: int) -> str:
	if missing == questions:
		return _("You have not answered any question yet. Nothing is submitted.")
	sentence = plural(
		missing,
		_("1 question has no answer yet. Nothing is submitted."),
		_("{0} questions have no answer yet. Nothing is submitted."),
	)
	return sentence.format(missing)


def _result(visit: Visit, found: access.LessonAccess, submission: str) -> Page:
	course, lesson = found.course.course.name, found.lesson.name
	after = catalog.next_lesson(found)
	overview = results.overview(found)
	return Page(
		"quiz_result.html",
		found.lesson.title,
		{
			"quiz": overview,
			"result": results.result(submission, visit.user),
			"may_repeat": overview["attempts_left"] is None or overview["attempts_left"] > 0,
			"start": f"{courses.address_of(course, lesson)}/quiz",
			"back": courses.address_of(course, lesson),
			"next_address": courses.address_of(course, after.name if after else None),
			"is_last": not after,
		},
		section=courses.SECTION,
	)


def _given(visit: Visit, questions: list[dict]) -> dict:
	"""The form's answers by number. A multiple choice without a tick is an answer too: none of them."""
	given = {}
	for index, question in enumerate(questions):
		values = visit.form.getlist(f"q{index}")
		if question["type"] == MULTIPLE:
			given[str(index)] = values
		elif values:
			given[str(index)] = values[0]
	return given


def _address(course: str, lesson: str, submission: str) -> str:
	return f"{courses.address_of(course, lesson)}/quiz/{quote(submission, safe='')}"
