"""What learners see of quizzes and their results: as much as the quiz's feedback setting allows."""

from typing import Any

import frappe
from frappe import _

from smooth_lms.courses.access import LessonAccess
from smooth_lms.courses.quiz import attempts, marking

RESULT_ONLY, MARKED, ANSWERS, ANSWERS_ONCE_PASSED = (
	"Result only",
	"Right and wrong",
	"Correct answers",
	"Correct answers once passed",
)
RESULT_FIELDS = (
	"name",
	"quiz",
	"quiz_title",
	"lesson",
	"member",
	"attempt",
	"status",
	"score",
	"max_score",
	"percentage",
	"passing_percentage",
	"passed",
	"ended_by",
	"submitted_on",
	"sheet",
	"answers",
)


def overview(found: LessonAccess) -> dict[str, Any]:
	"""A quiz before it is started: what it asks for and how earlier attempts went.

	Returns `title, introduction, questions` (how many), `passing_percentage, time_limit_minutes, max_attempts,
	attempts_left` (None = any number), `running` (an attempt that can be gone on with), `attempts, passed`.
	"""
	quiz = frappe.get_cached_doc("LMS Quiz", frappe.db.get_value("Course Lesson", found.lesson.name, "quiz"))
	done = attempts.attempts(found.enrollment, quiz.name)
	drawn = sum(row.draw for row in quiz.pools) + sum(not row.pool for row in quiz.questions)
	return {
		"name": quiz.name,
		"title": quiz.title,
		"introduction": quiz.introduction or "",
		"questions": drawn,
		"passing_percentage": quiz.passing_percentage,
		"time_limit_minutes": quiz.time_limit_minutes,
		"max_attempts": quiz.max_attempts,
		"attempts_left": max(quiz.max_attempts - len(done), 0) if quiz.max_attempts else None,
		"running": next((row for row in done if row.status == attempts.RUNNING), None),
		"attempts": [row for row in done if row.status == attempts.SUBMITTED],
		"passed": any(row.passed for row in done),
	}


def result(name: str, user: str, *, latest: bool = False) -> dict[str, Any]:
	"""A submitted attempt as its learner may see it.

	Args: latest, as in `attempts.questions`.

	Returns `name, lesson, attempt, score, max_score, percentage, passing_percentage, passed, ended_by,
	submitted_on` and `questions`, each with `text, answer` and, as the quiz allows, `is_correct, correct_answer,
	explanation, feedback`; no questions at all when it shows the result only. DoesNotExistError for other people's.
	"""
	row = frappe.db.get_value(attempts.DOCTYPE, name, RESULT_FIELDS, as_dict=True, for_update=latest)
	if not row or row.member != user or row.status != attempts.SUBMITTED:
		raise frappe.DoesNotExistError(_("There is no result {0}.").format(frappe.utils.escape_html(name)))
	sheet, answers = attempts.sheet_of(row), attempts.answers_of(row)
	del row["sheet"], row["answers"]
	shows = frappe.get_cached_value("LMS Quiz", row.quiz, "feedback") or RESULT_ONLY
	with_key = shows == ANSWERS or (shows == ANSWERS_ONCE_PASSED and row.passed)
	row["questions"] = (
		[]
		if shows == RESULT_ONLY or not sheet
		else [_question(entry, answers.get(str(i)), with_key) for i, entry in enumerate(sheet["entries"])]
	)
	return row


def _question(entry: dict, answer: Any, with_key: bool) -> dict[str, Any]:
	question = {
		"text": entry["text"],
		"answer": marking.in_words(entry, answer),
		"is_correct": marking.is_correct(entry, answer),
	}
	if with_key:
		chosen = answer if isinstance(answer, list) else [answer]
		question["correct_answer"] = marking.key_in_words(entry)
		question["explanation"] = entry["explanation"]
		question["feedback"] = [entry["feedback"][each] for each in chosen if each in entry["feedback"]]
	return question
