"""Attempts at the parts of SCORM packages (LMS SCORM Attempt): the only code that writes them.

An attempt begins with the first thing that a part says, and ends when the learner leaves the part without suspending
it. A result that is followed by another one, a lower score or the other word, ends it too: many packages let people
take the test again without leaving. The enrollment is locked by whoever calls.
"""

import json
from dataclasses import dataclass
from typing import Any

import frappe
from frappe.utils import now

from smooth_lms.base.reads import read_row, read_rows, read_value
from smooth_lms.base.rows import insert_rows, update_rows
from smooth_lms.courses.scorm.rule import COMPLETED, FAILED, PASSED, Report

DOCTYPE = "LMS SCORM Attempt"
IN_PROGRESS, STATUSES = "In Progress", {PASSED: "Passed", FAILED: "Failed"}
MOST_INTERACTIONS = 2_000
KEY = ("enrollment", "lesson", "package", "sco")


@dataclass(frozen=True, slots=True)
class Session:
	"""What a commit says besides its result."""

	seconds: int = 0
	"""All the time that was ever spent on the part."""
	is_suspended: bool = False
	interactions: Any = None


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
	last = _last(key)
	if not last or last.ended_on or _is_another(last, report):
		if limit and last and last.attempt >= limit:
			if not last.ended_on:
				update_rows(DOCTYPE, {last.name: {"ended_on": now()}})
			return False
		if last and not last.ended_on:
			update_rows(DOCTYPE, {last.name: {"ended_on": now()}})
		row = {
			**about,
			"attempt": last.attempt + 1 if last else 1,
			"started_on": now(),
			"status": IN_PROGRESS,
		}
		(name,) = insert_rows(DOCTYPE, list(row), [tuple(row.values())])
		last = frappe._dict(name=name, attempt=row["attempt"], score=0, has_score=0, status=IN_PROGRESS)
	earlier = _earlier(key, last.name) if last.attempt > 1 else 0
	values = {
		"status": status_of(report.completion, report.success),
		"seconds": max(session.seconds - earlier, 0),
		"ended_on": now() if report.ended and not session.is_suspended else None,
	}
	if report.score is not None:
		values |= {"score": report.score, "has_score": 1}
	if interactions := _as_text(session.interactions):
		values["interactions"] = interactions
	update_rows(DOCTYPE, {last.name: values})
	return True


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
	fields = ("name", "attempt", "status", "score", "has_score", "ended_on")
	return read_row(DOCTYPE, fields, key, order="`attempt` desc")


def _is_another(last: frappe._dict, report: Report) -> bool:
	"""Whether a result follows one that was there already: the test was taken again."""
	if last.status not in STATUSES.values() or report.success not in STATUSES:
		return False
	fell = report.score is not None and last.has_score and report.score < last.score
	return STATUSES[report.success] != last.status or bool(fell)


def _earlier(key: dict[str, Any], name: str) -> int:
	rows = read_rows(DOCTYPE, ("name", "seconds"), key)
	return sum(row.seconds or 0 for row in rows if row.name != name)


def _as_text(interactions: Any) -> str | None:
	rows = list(interactions.values()) if isinstance(interactions, dict) else interactions
	rows = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
	return json.dumps(rows[:MOST_INTERACTIONS]) if rows else None
