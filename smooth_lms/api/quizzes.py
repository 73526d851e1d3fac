"""Quizzes over HTTP: start, save, submit, look at the result. No call sends an answer before submission."""

from typing import Any

import frappe

from smooth_lms import permissions
from smooth_lms.api import arguments
from smooth_lms.api.arguments import checked
from smooth_lms.base.transactions import tried_again_on_deadlock
from smooth_lms.courses import access
from smooth_lms.courses.quiz import attempts, results
from smooth_lms.exceptions import QuizClosedError


@frappe.whitelist(methods=["GET", "POST"])
@checked
def get_quiz(lesson: str) -> dict[str, Any]:
	"""A quiz lesson before it is started: see `results.overview`."""
	return results.overview(open_quiz(lesson))


@frappe.whitelist(methods=["POST"])
@checked
@tried_again_on_deadlock
def start(lesson: str) -> dict[str, Any]:
	"""Begin an attempt or go on with the one that runs. Returns what `get_questions` does."""
	name = attempts.start(open_quiz(lesson))
	return attempts.questions(name, frappe.session.user, latest=True)


@frappe.whitelist(methods=["GET", "POST"])
@checked
def get_questions(submission: str) -> dict[str, Any]:
	"""A running attempt of the signed-in user: see `attempts.questions`."""
	found = attempts.questions(submission, permissions.require_portal())
	access.lesson_access(found["lesson"])
	return found


@frappe.whitelist(methods=["POST"])
@checked
@tried_again_on_deadlock
def save(submission: str, answers: dict | str) -> dict[str, Any]:
	"""Keep answers of a running attempt: see `attempts.save`."""
	return attempts.save(submission, arguments.mapping(answers) or {}, permissions.require_portal())


@frappe.whitelist(methods=["POST"])
@checked
@tried_again_on_deadlock
def submit(submission: str, answers: dict | str | None = None) -> dict[str, Any]:
	"""Submit an attempt for good. Returns what `get_result` does; a second submission changes nothing."""
	user = permissions.require_portal()
	attempts.submit(submission, arguments.mapping(answers), user)
	return results.result(submission, user, latest=True)


@frappe.whitelist(methods=["GET", "POST"])
@checked
def get_result(submission: str) -> dict[str, Any]:
	"""A submitted attempt of the signed-in user: see `results.result`."""
	return results.result(submission, permissions.require_portal())


def open_quiz(lesson: str) -> access.LessonAccess:
	"""The quiz lesson, if the signed-in user may open it. Raises as `access.lesson_access`."""
	found = access.lesson_access(lesson)
	if found.lesson.lesson_type != "Quiz":
		frappe.throw(frappe._("This lesson has no quiz."), QuizClosedError)
	return found
