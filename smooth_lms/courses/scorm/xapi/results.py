"""What statements mean for a part: whether it is done, the score, the time, the attempt. Decided where SCORM is, in `run`.

Each session says its result in several statements; what it has said so far is put together, as a commit of SCORM holds
all that is known.
"""

import json
from collections.abc import Sequence
from typing import Any

from frappe.utils import now_datetime

from smooth_lms.base import stored_json
from smooth_lms.base.reads import read_row
from smooth_lms.courses.scorm import attempts, rule, run
from smooth_lms.courses.scorm.xapi import clock, form, session_rules, words
from smooth_lms.courses.scorm.xapi.visit import Visit

IDLE = 300
"""Seconds that count when nothing is said."""
MOST_SESSIONS = 200
RESULTS = {
	words.COMPLETED: ("completion", rule.COMPLETED),
	"http://activitystrea.ms/schema/1.0/complete": ("completion", rule.COMPLETED),
	words.PASSED: ("success", rule.PASSED),
	f"{words.ADL}mastered": ("success", rule.PASSED),
	words.FAILED: ("success", rule.FAILED),
}
ENDING = frozenset((words.TERMINATED, f"{words.ADL}exited", f"{words.ADL}suspended"))
"""Verbs by which a part says that it is left."""


def take(visit: Visit, row: Any, found: Sequence[dict[str, Any]]) -> None:
	"""Let statements of a session count. Args: row, the enrollment, as `progress.lock` gave it."""
	key = visit.key | {"sco": visit.part.identifier}
	before = read_row(run.DOCTYPE, ("name", "run_data"), key)
	data = stored_json.read(before.run_data, {}, doctype=run.DOCTYPE, name=before.name) if before else {}
	sessions = data.setdefault("sessions", {})
	said = sessions.setdefault(visit.session, {"seconds": 0, "worked": 0})
	_forget_oldest(data, sessions)
	ended, answers = False, []
	for statement in found:
		_note_time(said)
		if answer := _answer(statement):
			answers.append(answer)
		if is_about_part(visit, statement):
			ended = _note(said, statement) or ended
	if "score" in said:
		data["score"] = said["score"]
	total = data.get("earlier", 0) + sum(_seconds(each) for each in sessions.values())
	score = said.get("score")
	report = rule.Report(
		completion=said.get("completion", rule.INCOMPLETE),
		success=said.get("success", ""),
		score=run.percent(score),
		measure=None,
		ended=visit.is_cmi5 or ended,
	)
	sent = {
		"member": row.member,
		"course": row.course,
		"batch": row.batch,
		"total_seconds": min(int(total), run.LONGEST_TIME),
		"exit_mode": "suspend" if said.get("is_suspended") else "",
		"run_data": json.dumps(data),
	}
	session = attempts.Session(sent["total_seconds"], sent["exit_mode"], opened=visit.session, added=answers)
	run.decide(row, visit.ticket.lesson, visit.part.identifier, report, sent, session)


def is_about_part(visit: Visit, statement: dict[str, Any]) -> bool:
	"""Whether a statement tells of the part as a whole."""
	about = statement["object"]
	is_it = about.get("objectType", "Activity") == "Activity" and about.get("id") == visit.activity
	return is_it and (not visit.is_cmi5 or session_rules.is_defined(statement))


def _note(said: dict[str, Any], statement: dict[str, Any]) -> bool:
	"""Put a statement to what its session has said. Returns whether the part is left with it."""
	verb, result = statement["verb"]["id"], statement.get("result", {})
	if result.get("completion") is True:
		said["completion"] = rule.COMPLETED
	if "success" in result:
		said["success"] = rule.PASSED if result["success"] else rule.FAILED
	if verb in RESULTS:
		field, word = RESULTS[verb]
		said[field] = word
	if result.get("score"):
		said["score"] = result["score"]
	if (seconds := form.seconds(result.get("duration"))) is not None:
		said["seconds"] = seconds if verb == words.TERMINATED else max(said["seconds"], seconds)
	said["is_suspended"] = verb == f"{words.ADL}suspended"
	return verb in ENDING


def _note_time(said: dict[str, Any]) -> None:
	"""The time between two statements counts as far as somebody may have been there."""
	now = now_datetime()
	if last := form.moment(said.get("last")):
		gap = (clock.in_utc(now) - last).total_seconds()
		said["worked"] = said.get("worked", 0) + min(max(gap, 0), IDLE)
	said["last"] = clock.as_text(now)


def _seconds(said: dict[str, Any]) -> float:
	"""The time of a session: as it was reported, or else as it passed between its statements."""
	return said.get("seconds") or said.get("worked", 0)


def _forget_oldest(data: dict[str, Any], sessions: dict[str, dict[str, Any]]) -> None:
	while len(sessions) > MOST_SESSIONS:
		oldest = next(iter(sessions))
		data["earlier"] = data.get("earlier", 0) + _seconds(sessions.pop(oldest))


def _answer(statement: dict[str, Any]) -> dict[str, Any] | None:
	"""An answered question, as attempts keep interactions."""
	about, result = statement["object"], statement.get("result", {})
	definition = about.get("definition", {})
	if statement["verb"]["id"] != words.ANSWERED or not isinstance(definition, dict):
		return None
	found = {
		"id": about.get("id"),
		"type": definition.get("interactionType"),
		"description": _first(definition.get("description")) or _first(definition.get("name")),
		"correct_responses": definition.get("correctResponsesPattern"),
		"learner_response": result.get("response"),
		"result": {True: "correct", False: "incorrect"}.get(result.get("success")),
		"latency": result.get("duration"),
		"timestamp": statement.get("timestamp"),
	}
	return {field: value for field, value in found.items() if value is not None}


def _first(texts: Any) -> str | None:
	return next(iter(texts.values()), None) if isinstance(texts, dict) else None
