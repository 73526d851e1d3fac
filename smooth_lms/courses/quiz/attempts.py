"""Taking a quiz: start, save as one goes, submit. The server draws the questions, keeps the time and marks.

An attempt belongs to an enrollment. Starting takes the enrollment's row lock, saving and submitting the
attempt's own, so that two tabs or two clicks make one attempt and one result. The name of an attempt gives no right
to it: each use asks whether its enrollment is still open to its learner.
"""

import json
import random
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import frappe
from frappe import _
from frappe.utils import cint, now, now_datetime, strip_html_tags

from smooth_lms.base import stored_json
from smooth_lms.base.reads import read_rows
from smooth_lms.base.rows import insert_rows, set_value
from smooth_lms.courses import completion, progress
from smooth_lms.courses.access import LessonAccess, require_begun
from smooth_lms.courses.quiz import marking, stored
from smooth_lms.courses.quiz import sheet as quiz_sheet
from smooth_lms.exceptions import QuizClosedError, Refusal

DOCTYPE = "LMS Quiz Submission"
RUNNING, SUBMITTED = "In Progress", "Submitted"
BY_LEARNER, BY_TIME, BY_LEAVING = "Learner", "Time limit", "Access ended"
GRACE_SECONDS = 10
"""After the time limit, for the way of the last answers through the network."""
NOT_SAVED = {"saved": False, "seconds_left": 0, "unanswered": []}
ATTEMPT_FIELDS = (
	"name",
	"quiz",
	"lesson",
	"member",
	"enrollment",
	"attempt",
	"status",
	"passing_percentage",
	"sheet",
	"answers",
)
RESULT_FIELDS = (
	"question",
	"question_type",
	"question_text",
	"choices",
	"answer",
	"correct_answer",
	"is_correct",
	"marks",
	"marks_out_of",
)


def attempts(enrollment: str | None, quiz: str) -> list[frappe._dict]:
	"""The attempts of an enrollment at a quiz, the latest first, without what is on the sheets."""
	if not enrollment:
		return []
	return frappe.get_all(
		DOCTYPE,
		filters={"enrollment": enrollment, "quiz": quiz},
		fields=[
			"name",
			"attempt",
			"status",
			"percentage",
			"passed",
			"submitted_on",
			"started_on",
			"deadline",
		],
		order_by="attempt desc",
		limit=0,
	)


def start(found: LessonAccess) -> str:
	"""Begin an attempt, or go on with the one that runs. Returns the LMS Quiz Submission.

	Raises QuizClosedError when no attempt is left or the person is not enrolled, AccessEndedError.
	"""
	if not found.enrollment:
		_refuse(_("Only people who are enrolled in the course can take its quizzes."))
	quiz = frappe.get_cached_doc("LMS Quiz", frappe.db.get_value("Course Lesson", found.lesson.name, "quiz"))
	progress.lock(found.enrollment)
	previous = _locked_attempts(found.enrollment, quiz.name)
	while True:
		for row in previous:
			if row.status == RUNNING:
				if not _is_over(row):
					return row.name
				_finish(row, BY_TIME)
		if quiz.max_attempts and len(previous) >= quiz.max_attempts:
			_refuse(_("You have used all {0} attempts: ask your instructor.").format(quiz.max_attempts))
		number = max((row.attempt for row in previous), default=0) + 1
		if name := _begin(found, quiz, number):
			return name
		# another tab began this attempt after this transaction's first read; it may be over already
		key = {"enrollment": found.enrollment, "quiz": quiz.name, "attempt": number}
		previous.append(frappe.db.get_value(DOCTYPE, key, ATTEMPT_FIELDS, as_dict=True, for_update=True))


def questions(name: str, user: str, *, latest: bool = False) -> dict[str, Any]:
	"""A running attempt as its learner may see it.

	Args: latest, as it is at this moment, and not as it was when the transaction began; locks the attempt.

	Returns `name, lesson, questions` (see `sheet.shown`), `answers` (saved ones by number) and `seconds_left`
	(None without a limit). Raises QuizClosedError for an attempt that is over.
	"""
	row = _own(name, user, for_update=latest)
	if row.status != RUNNING:
		_refuse(_("This attempt is submitted already."))
	sheet = sheet_of(row) or _draw_again(row)
	return {
		"name": row.name,
		"lesson": row.lesson,
		"questions": [quiz_sheet.shown(entry) for entry in sheet["entries"]],
		"answers": answers_of(row),
		"seconds_left": _seconds_left(sheet),
	}


def save(name: str, answers: Mapping[str, Any], user: str) -> dict[str, Any]:
	"""Keep the answers given so far. Returns `saved, seconds_left` and `unanswered`, numbers of questions from 0.

	Args: answers, by the number of the question from "0"; those that are not named stay as they were.

	An attempt whose time is over is submitted with what was saved in time; then `saved` is false. Raises as
	`access.require_begun`.
	"""
	row = _own(name, user, for_update=True)
	if row.status != RUNNING:
		return {**NOT_SAVED}
	require_begun(row.enrollment)
	sheet = _readable_sheet(row)
	if _is_over(row):
		_finish(row, BY_TIME)
		return {**NOT_SAVED}
	merged = _merged(sheet, row, answers)
	set_value(DOCTYPE, name, {"answers": json.dumps(merged), "saved_on": now()})
	return {
		"saved": True,
		"seconds_left": _seconds_left(sheet),
		"unanswered": [
			index for index in range(len(sheet["entries"])) if merged.get(str(index)) in (None, "", [])
		],
	}


def submit(name: str, answers: Mapping[str, Any] | None, user: str) -> str:
	"""Submit an attempt for good and mark it. A second submission changes nothing. Returns its name.

	Answers that arrive after the time limit do not count; those saved before do. Raises as `access.require_begun`.
	"""
	row = _own(name, user, for_update=True)
	if row.status != RUNNING:
		return row.name
	require_begun(row.enrollment)
	sheet, over = _readable_sheet(row), _is_over(row)
	if answers and not over:
		row.answers = json.dumps(_merged(sheet, row, answers))
	_finish(row, BY_TIME if over else BY_LEARNER)
	return row.name


def close_expired() -> int:
	"""Scheduler: submit the attempts whose time is over. Commits after each. Returns how many.

	An attempt of somebody whose access has ended is closed and not passed; one at a course that nobody may open at the
	moment waits until it is published again.
	"""
	over = read_rows(DOCTYPE, ("name",), {"status": RUNNING}, up_to={"deadline": now_datetime()})
	closed = 0
	for name in [row.name for row in over]:
		try:
			closed += _close(name)
			frappe.db.commit()
		except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
			frappe.db.rollback()  # its learner is at work on it; the next hour looks again
	return closed


def _close(name: str) -> bool:
	row = frappe.db.get_value(DOCTYPE, name, ATTEMPT_FIELDS, as_dict=True, for_update=True)
	if not row or row.status != RUNNING or not _is_over(row):
		return False
	frappe.db.savepoint("close_attempt")
	try:
		require_begun(row.enrollment)
		_finish(row, BY_TIME)
	except frappe.DoesNotExistError:
		frappe.db.rollback(save_point="close_attempt")
		return False
	except (Refusal, frappe.PermissionError):
		frappe.db.rollback(save_point="close_attempt")
		_finish(row, BY_LEAVING)
	finally:
		frappe.clear_messages()
	return True


def _begin(found: LessonAccess, quiz, number: int) -> str | None:
	"""Insert an attempt and return its name; None where there is one with this number already."""
	course = found.course
	enrollment = course.enrollment
	doc = frappe.get_doc(
		{
			"doctype": DOCTYPE,
			"quiz": quiz.name,
			"quiz_title": quiz.title,
			"course": course.course.name,
			"course_version": course.course.version,
			"compliance_control_id": course.course.compliance_control_id,
			"lesson": found.lesson.name,
			"member": course.user,
			"member_name": frappe.get_cached_value("User", course.user, "full_name") or course.user,
			"enrollment": enrollment.name,
			"batch": enrollment.batch,
			"attempt": number,
			"status": RUNNING,
			"passing_percentage": quiz.passing_percentage,
			"started_on": now_datetime(),
			**_drawn(quiz),
		}
	)
	frappe.db.savepoint("begin_attempt")
	try:
		doc.insert(ignore_permissions=True)
	except (frappe.UniqueValidationError, frappe.DuplicateEntryError):
		frappe.db.rollback(save_point="begin_attempt")
		frappe.clear_last_message()
		return None
	progress.record(enrollment.name, found.lesson.name)
	return doc.name


def _drawn(quiz) -> dict[str, Any]:
	"""New questions for an attempt that begins now: its `sheet`, its `deadline`, and no answers."""
	entries = quiz_sheet.draw(
		[{"question": row.question, "marks": row.marks, "pool": row.pool or ""} for row in quiz.questions],
		stored.questions([row.question for row in quiz.questions]),
		{row.pool: row.draw for row in quiz.pools},
		shuffle_questions=bool(quiz.shuffle_questions),
		shuffle_options=bool(quiz.shuffle_options),
		lot=random.SystemRandom(),
	)
	minutes = quiz.time_limit_minutes
	return {
		"deadline": now_datetime() + timedelta(minutes=minutes) if minutes else None,
		# seconds since the epoch: clocks that change in summer do not move the limit
		"sheet": json.dumps(
			{"deadline": time.time() + minutes * 60 if minutes else None, "entries": entries}
		),
		"answers": "{}",
	}


def sheet_of(row: frappe._dict) -> dict[str, Any] | None:
	"""The sheet of an attempt (`name, sheet`): its `entries` and `deadline`; None if it cannot be read any more."""
	sheet = stored_json.read(row.sheet, {}, doctype=DOCTYPE, name=row.name)
	return sheet if isinstance(sheet.get("entries"), list) and "deadline" in sheet else None


def answers_of(row: frappe._dict) -> dict[str, Any]:
	"""The saved answers of an attempt (`name, answers`), by the number of the question from "0"."""
	return stored_json.read(row.answers, {}, doctype=DOCTYPE, name=row.name)


def _readable_sheet(row: frappe._dict) -> dict[str, Any]:
	sheet = sheet_of(row)
	if not sheet:
		_refuse(_("The questions of this attempt cannot be read any more: open the quiz again for new ones."))
	return sheet


def _draw_again(row: frappe._dict) -> dict[str, Any]:
	"""New questions for a running attempt whose sheet cannot be read; the attempt stays the same."""
	locked = frappe.db.get_value(
		DOCTYPE, row.name, ["name", "sheet", "answers"], as_dict=True, for_update=True
	)
	if not sheet_of(locked):
		locked.update(_drawn(frappe.get_cached_doc("LMS Quiz", row.quiz)))
		set_value(DOCTYPE, row.name, {field: locked[field] for field in ("sheet", "deadline", "answers")})
	row.update(locked)
	return sheet_of(row)


def _finish(row: frappe._dict, ended_by: str) -> None:
	entries, answers = _readable_sheet(row)["entries"], answers_of(row)
	reached, out_of = marking.total(entries, answers)
	percentage, passed = marking.result(reached, out_of, row.passing_percentage)
	passed = passed and ended_by != BY_LEAVING
	_write_results(row.name, entries, answers)
	values = {
		"status": SUBMITTED,
		"answers": row.answers,
		"score": reached,
		"max_score": out_of,
		"percentage": percentage,
		"passed": int(passed),
		"ended_by": ended_by,
		"submitted_on": now_datetime(),
	}
	set_value(DOCTYPE, row.name, values)
	if ended_by == BY_LEAVING:
		return  # nothing follows from it
	progress.record(row.enrollment, row.lesson, completed=passed)
	completion.quiz_submitted(row.name)


def _write_results(name: str, entries: list[quiz_sheet.Entry], answers: Mapping[str, Any]) -> None:
	rows = []
	for index, entry in enumerate(entries):
		answer = answers.get(str(index))
		right = marking.is_correct(entry, answer)
		rows.append(
			(
				*(name, DOCTYPE, "result", index + 1),
				entry["question"],
				entry["type"],
				strip_html_tags(entry["text"] or "").strip(),
				"\n".join(option["text"] for option in entry["options"]),
				marking.in_words(entry, answer),
				marking.key_in_words(entry),
				int(right),
				entry["marks"] if right else 0,
				entry["marks"],
			)
		)
	insert_rows("LMS Quiz Result", ("parent", "parenttype", "parentfield", "idx", *RESULT_FIELDS), rows)


def _own(name: str, user: str, *, for_update: bool = False) -> frappe._dict:
	row = frappe.db.get_value(DOCTYPE, name, ATTEMPT_FIELDS, as_dict=True, for_update=for_update)
	if not row or row.member != user:
		raise frappe.DoesNotExistError(_("There is no attempt {0}.").format(frappe.utils.escape_html(name)))
	return row


def _locked_attempts(enrollment: str, quiz: str) -> list[frappe._dict]:
	# by name, after the enrollment's lock: a locking read of a range would block other people's first attempts
	names = frappe.get_all(DOCTYPE, filters={"enrollment": enrollment, "quiz": quiz}, pluck="name", limit=0)
	rows = [
		frappe.db.get_value(DOCTYPE, name, ATTEMPT_FIELDS, as_dict=True, for_update=True) for name in names
	]
	return sorted(rows, key=lambda row: row.attempt)


def _merged(sheet: Mapping, row: frappe._dict, answers: Mapping[str, Any]) -> dict[str, Any]:
	saved = answers_of(row)
	for index, entry in enumerate(sheet["entries"]):
		if str(index) in answers:
			saved[str(index)] = marking.accepted(entry, answers[str(index)])
	return {key: value for key, value in saved.items() if value is not None}


def _seconds_left(sheet: Mapping) -> int | None:
	return None if not sheet["deadline"] else max(cint(sheet["deadline"] - time.time()), 0)


def _is_over(row: frappe._dict) -> bool:
	sheet = sheet_of(row)
	deadline = sheet["deadline"] if sheet else None
	return bool(deadline) and time.time() > deadline + GRACE_SECONDS


def _refuse(reason: str) -> None:
	frappe.throw(reason, QuizClosedError)
