"""Attempts at the parts of SCORM packages (LMS SCORM Attempt): the only code that writes them.

An attempt begins with the first thing that a part says, and ends when the learner leaves the part with a result and
without suspending it, or when the package says that it is over. What the same page says after that still belongs to it:
the portal asks a package to save before its page goes, and many end themselves only while it goes. A result that is
followed by another one, a lower score or the other word, ends it too: many packages let people take the test again
without leaving. The enrollment is locked by whoever calls.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import frappe
from frappe.utils import now

from smooth_lms.base import stored_json
from smooth_lms.base.reads import read_row, read_rows, read_value
from smooth_lms.base.rows import insert_rows, update_rows
from smooth_lms.courses.scorm.rule import COMPLETED, FAILED, INCOMPLETE, PASSED, Report

DOCTYPE = "LMS SCORM Attempt"
IN_PROGRESS, STATUSES = "In Progress", {PASSED: "Passed", FAILED: "Failed"}
OVER = frozenset({"normal", "logout", "time-out"})
"""Ways to leave a part that end the attempt, with or without a result. Nothing said is no such way."""
SUSPENDED = "suspend"
MOST_INTERACTIONS = 2_000
KEY = ("enrollment", "lesson", "package", "sco")


@dataclass(frozen=True, slots=True)
class Session:
	"""What a commit says besides its result."""

	seconds: int = 0
	"""All the time that was ever spent on the part."""
	exit: str = ""
	"""How the package says that it is left."""
	interactions: Any = None
	opened: str = ""
	"""Which page of the lesson it comes from; empty where nobody knows."""
	version: str = "1.2"
	added: Sequence[Any] = ()
	"""Interactions that come to those of the attempt; those of `interactions` take their place."""


def package_of(lesson: str) -> str:
	"""The package that a lesson shows now; empty for none."""
	return read_value("Course Lesson", "scorm_package", {"name": lesson}) or ""


def used_up(enrollment: str | None, lesson: str, part: str) -> bool:
	"""Whether the learner has no attempt at the part left, and none open."""
	limit = read_value("Course Lesson", "scorm_attempts", {"name": lesson}) if enrollment else 0
	if not limit:
		return False
	last = _last({"enrollment": enrollment, "lesson": lesson, "package": package_of(lesson), "sco": part})
	return bool(last and last.attempt >= limit and last.ended_on)


def note(about: dict[str, Any], report: Report, session: Session, limit: int) -> bool:
	"""Write a commit to the attempt it belongs to. Returns whether it counts: not beyond the limit.

	Args: about, the row's member, course, batch, package and KEY; limit, 0 for none.
	"""
	key = {field: about[field] for field in KEY}
	status = status_of(report.completion, report.success)
	if _is_under_way(report, session):
		status = IN_PROGRESS
	last = _last(key)
	goes_on = last and (not last.ended_on or (last.opened and last.opened == session.opened))
	if not goes_on or _is_another(last, status, report.score):
		if limit and last and last.attempt >= limit:
			_end(last)
			return False
		if last:
			_end(last, report.score)
		last = _begin(about, last)
	_write(last, key, status, report, session)
	return True


def end_left(key: dict[str, Any], exit_mode: str | None) -> None:
	"""End the attempt at a part that was left without more to say. Args: key, by KEY; exit_mode, what was said before."""
	last = _last(key)
	if last and not last.ended_on and _is_over(last.status, exit_mode or ""):
		_end(last)


def _begin(about: dict[str, Any], last: frappe._dict | None) -> frappe._dict:
	row = {
		**about,
		"attempt": last.attempt + 1 if last else 1,
		"started_on": now(),
		"status": IN_PROGRESS,
	}
	(name,) = insert_rows(DOCTYPE, list(row), [tuple(row.values())])
	return frappe._dict(name=name, attempt=row["attempt"], score=0, has_score=0, status=IN_PROGRESS)


def _write(last: frappe._dict, key: dict[str, Any], status: str, report: Report, session: Session) -> None:
	earlier = _earlier(key, last.name) if last.attempt > 1 else 0
	values = {
		"status": status,
		"seconds": max(session.seconds - earlier, 0),
		"ended_on": now() if report.ended and _is_over(status, session.exit) else None,
		"opened": session.opened,
	}
	if report.score is not None:
		values |= {"score": report.score, "has_score": 1}
		if last.has_score and last.status == status != IN_PROGRESS and report.score > last.score:
			values |= {"has_risen": 1, "score_before": last.score}
	if interactions := _as_text(_with_added(last.name, session.added) or session.interactions):
		values["interactions"] = interactions
	update_rows(DOCTYPE, {last.name: values})


def _with_added(name: str, added: Sequence[Any]) -> list[Any]:
	if not added:
		return []
	kept = read_value(DOCTYPE, "interactions", {"name": name})
	return [*stored_json.read(kept, [], doctype=DOCTYPE, name=name), *added]


def _end(last: frappe._dict, following: float | None = None) -> None:
	"""Args: following, the score of the attempt that comes after it: packages say the score before the word."""
	values: dict[str, Any] = {} if last.ended_on else {"ended_on": now()}
	if last.has_risen and following is not None and last.score == following:
		values |= {"score": last.score_before, "has_risen": 0}
	if values:
		update_rows(DOCTYPE, {last.name: values})


def _is_over(status: str, exit_mode: str) -> bool:
	return exit_mode in OVER or (status != IN_PROGRESS and exit_mode != SUSPENDED)


def _is_under_way(report: Report, session: Session) -> bool:
	"""Whether "failed" is not the last word yet: SCORM 2004 has another one for that, SCORM 1.2 has not."""
	is_left = report.ended and session.exit != SUSPENDED
	return (
		session.version == "2004"
		and (report.completion, report.success) == (INCOMPLETE, FAILED)
		and not is_left
	)


def status_of(completion: str, success: str) -> str:
	"""An attempt's status from what a part reports."""
	return STATUSES.get(success, "Completed" if completion == COMPLETED else IN_PROGRESS)


def of_lesson(enrollment: str | None, lesson: str) -> list[frappe._dict]:
	"""The attempts at a lesson, for the learner's own page: the newest first."""
	if not enrollment:
		return []
	fields = ("sco", "attempt", "status", "has_score", "score", "seconds", "started_on", "ended_on")
	key = {"enrollment": enrollment, "lesson": lesson}
	return read_rows(DOCTYPE, fields, key, order="`started_on` desc, `attempt` desc", limit=50)


def _last(key: dict[str, Any]) -> frappe._dict | None:
	fields = (
		"name",
		"attempt",
		"status",
		"score",
		"has_score",
		"has_risen",
		"score_before",
		"ended_on",
		"opened",
	)
	return read_row(DOCTYPE, fields, key, order="`attempt` desc")


def _is_another(last: frappe._dict, status: str, score: float | None) -> bool:
	"""Whether a result follows one that was there already: the test was taken again."""
	if last.status not in STATUSES.values() or status not in STATUSES.values():
		return False
	fell = score is not None and last.has_score and score < last.score
	return status != last.status or bool(fell)


def _earlier(key: dict[str, Any], name: str) -> int:
	rows = read_rows(DOCTYPE, ("name", "seconds"), key)
	return sum(row.seconds or 0 for row in rows if row.name != name)


def _as_text(interactions: Any) -> str | None:
	rows = list(interactions.values()) if isinstance(interactions, dict) else interactions
	rows = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
	return json.dumps(rows[:MOST_INTERACTIONS]) if rows else None
