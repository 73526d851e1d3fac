"""How far somebody is: the one place that writes lesson progress and derives the course's from it.

Every write takes the enrollment's row lock first; the unique index on (enrollment, lesson) stands behind it.
"""

from collections.abc import Collection
from dataclasses import dataclass

import frappe
from frappe.utils import now, now_datetime

from smooth_lms import permissions
from smooth_lms.base.numbers import way
from smooth_lms.base.reads import read_row, read_rows, read_value
from smooth_lms.base.rows import record_changes, set_value, upsert
from smooth_lms.courses import completion
from smooth_lms.courses.structure import LIVE
from smooth_lms.exceptions import AccessEndedError

DOCTYPE = "LMS Course Progress"
NOT_STARTED, IN_PROGRESS, COMPLETED = "Not Started", "In Progress", "Completed"
LONGEST_STEP = 600
"""Seconds of learning that one report may add: a tab that was left open overnight is no learning."""


@dataclass(frozen=True, slots=True)
class Standing:
	"""Where an enrollment stands after a step."""

	status: str
	progress: int
	lesson_completed: bool
	course_just_completed: bool


def record(
	enrollment: str, lesson: str, *, completed: bool = False, position: str | None = None, seconds: int = 0
) -> Standing:
	"""Note that somebody worked on a lesson, and derive the course's progress.

	Args:
	        enrollment: LMS Enrollment; the caller has checked that it is open and whose it is.
	        lesson: a Course Lesson of the enrollment's course.
	        completed: the lesson is completed; only `reopen` takes that back.
	        position: where to go on, in the lesson's own terms (seconds of a video, at most 140 characters).
	        seconds: time spent since the last report.

	Completing the last required lesson completes the course, once. Raises AccessEndedError as `lock` does.
	"""
	return record_on(lock(enrollment), lesson, completed=completed, position=position, seconds=seconds)


def record_on(
	row: frappe._dict,
	lesson: str,
	*,
	completed: bool = False,
	position: str | None = None,
	seconds: int = 0,
) -> Standing:
	"""As `record`, on an enrollment that is locked and open: a row of `lock`, or of `access.lesson_access`."""
	enrollment = row.name
	_write(
		enrollment, row.member, row.course, lesson, completed, position, min(max(seconds, 0), LONGEST_STEP)
	)
	lesson_completed = completed or _is_done(enrollment, lesson)
	status, percent = _course_standing(enrollment, row, lesson_completed)
	values = {
		"status": status,
		"progress": percent,
		"current_lesson": lesson,
		"last_activity": now_datetime(),
		"started_on": row.started_on or now_datetime(),
	}
	finished = status == COMPLETED and row.status != COMPLETED
	if finished:
		values["completed_on"] = now_datetime()
	set_value("LMS Enrollment", enrollment, values)
	if status != row.status:
		record_changes("LMS Enrollment", {enrollment: [("status", row.status, status)]})
	if row.status == NOT_STARTED and status != NOT_STARTED:
		completion.started(enrollment)
	if finished:
		completion.completed(enrollment)
	return Standing(status, percent, lesson_completed, finished)


def reopen(enrollment: str, lesson: str, *, by_hand: bool = False) -> Standing:
	"""Take a lesson's completion back, because what it rested on has proved to be wrong.

	A course that is completed stays so, with its lessons, while something rests on it: see `completion.rests_on`.

	Args:
	        enrollment, lesson: as `record`.
	        by_hand: somebody who may do so has decided, whatever rests on it.

	Raises AccessEndedError as `lock` does, unless `by_hand`.
	"""
	row = _locked(enrollment) if by_hand else lock(enrollment)
	if row.status == COMPLETED and not by_hand and completion.rests_on(enrollment):
		return Standing(COMPLETED, 100, _is_done(enrollment, lesson), False)
	about = {"enrollment": enrollment, "lesson": lesson}
	set_value(DOCTYPE, about, {"status": IN_PROGRESS, "completed_on": None})
	status, percent = derive(required_lessons(row.course), _done(enrollment))
	if row.status == COMPLETED and status != COMPLETED:
		set_value("LMS Enrollment", enrollment, {"status": status, "progress": percent, "completed_on": None})
		record_changes("LMS Enrollment", {enrollment: [("status", row.status, status)]})
	elif row.status != COMPLETED:
		set_value("LMS Enrollment", enrollment, {"status": status, "progress": percent})
	else:
		status, percent = COMPLETED, 100
	return Standing(status, percent, False, False)


def standing(enrollment: str, lesson: str) -> Standing:
	"""Where an enrollment stands, with nothing changed."""
	row = frappe.db.get_value("LMS Enrollment", enrollment, ["status", "progress"], as_dict=True)
	return Standing(row.status, int(row.progress or 0), _is_done(enrollment, lesson), False)


def lock(enrollment: str) -> frappe._dict:
	"""The enrollment as it is now, locked until the transaction ends; every write of progress begins here.

	Raises AccessEndedError where the access was ended, or its person was archived or their account disabled: nothing is
	completed for them, by whatever way it comes.
	"""
	row = _locked(enrollment)
	if not row or row.withdrawn_on or permissions.is_absent(row.member):
		frappe.throw(AccessEndedError().text, AccessEndedError)
	return row


def _locked(enrollment: str) -> frappe._dict | None:
	fields = ("name", "member", "course", "batch", "status", "progress", "started_on", "withdrawn_on")
	return read_row("LMS Enrollment", fields, {"name": enrollment}, lock=True)


def _course_standing(enrollment: str, row: frappe._dict, lesson_completed: bool) -> tuple[str, int]:
	if row.status == COMPLETED:  # a lesson that was added later takes no completion away
		return COMPLETED, 100
	if not lesson_completed:  # being at a lesson moves no share of the course
		return IN_PROGRESS, int(row.progress or 0)
	return derive(required_lessons(row.course), _done(enrollment))


def derive(required: Collection[str], done: Collection[str]) -> tuple[str, int]:
	"""A course's status and progress (0–100) from its required lessons and those that are completed.

	Only a course that is completed shows 100.
	"""
	reached = way(len(set(required) & set(done)), len(required))
	return (COMPLETED if reached == 100 else IN_PROGRESS), reached


def required_lessons(course: str) -> set[str]:
	"""The lessons that have to be completed; all of them where none is marked as required."""
	rows = read_rows("Course Lesson", ("name", "required"), {"course": course, **LIVE})
	return {row.name for row in rows if row.required} or {row.name for row in rows}


def lesson_states(enrollment: str | None) -> dict[str, frappe._dict]:
	"""For each lesson that was begun its status, position and the seconds spent on it."""
	if not enrollment:
		return {}
	rows = read_rows(DOCTYPE, ("lesson", "status", "position", "seconds"), {"enrollment": enrollment})
	return {row.lesson: row for row in rows}


def _write(
	enrollment: str,
	member: str,
	course: str,
	lesson: str,
	completed: bool,
	position: str | None,
	seconds: int,
) -> None:
	stamp = now()
	upsert(
		DOCTYPE,
		{
			"enrollment": enrollment,
			"member": member,
			"course": course,
			"lesson": lesson,
			"status": COMPLETED if completed else IN_PROGRESS,
			"position": position[:140] if position else None,
			"seconds": seconds,
			"started_on": stamp,
			"completed_on": stamp if completed else None,
		},
		fixed=("enrollment", "member", "course", "lesson", "started_on"),
		merged={
			"position": "coalesce(values(`position`), `position`)",
			"seconds": "coalesce(`seconds`, 0) + values(`seconds`)",
			"completed_on": "coalesce(`completed_on`, values(`completed_on`))",
			"status": f"if(`status` = '{COMPLETED}', `status`, values(`status`))",
		},
	)


def _is_done(enrollment: str, lesson: str) -> bool:
	return read_value(DOCTYPE, "status", {"enrollment": enrollment, "lesson": lesson}) == COMPLETED


def _done(enrollment: str) -> set[str]:
	# a locking read: the transaction may have begun before another one completed a lesson of this enrollment
	table = frappe.qb.DocType(DOCTYPE)
	rows = (
		frappe.qb.from_(table)
		.select(table.lesson)
		.where((table.enrollment == enrollment) & (table.status == COMPLETED))
		.for_update()
	).run(pluck=True)
	return set(rows)
