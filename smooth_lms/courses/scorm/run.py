"""What SCORM packages tell about learners, and what they get back when they are opened again.

The browser's run-time sends everything it knows on every commit. It comes from the learner's own browser: it
is kept within limits and never trusted beyond that learner's own progress.

Who writes locks the enrollment first, as the first thing of the transaction: what is read afterwards without a lock is
then what others have committed until now. Locks on rows that are not there yet would hold the places between those of
other learners, who then wait for each other.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pypika import functions as fn

import frappe
from frappe.utils import add_to_date, now, now_datetime

from smooth_lms.base import stored_json
from smooth_lms.base.numbers import share
from smooth_lms.base.reads import read_row, read_rows, read_value
from smooth_lms.base.rows import set_value, update_rows, upsert
from smooth_lms.courses import progress
from smooth_lms.courses.scorm import attempts, objectives, shared_data
from smooth_lms.courses.scorm import rule as scorm_rule
from smooth_lms.exceptions import AccessEndedError

DOCTYPE = "LMS SCORM Run"
LARGEST_COMMIT = 4_000_000
"""Bytes. Some tools keep far more than the 64,000 characters of suspend data that SCORM 2004 names."""
LONGEST_TIME = 10 * 365 * 86_400
LEFT_AFTER_MINUTES = 30
"""A part that has said nothing for so long was left."""
FIXED = ("enrollment", "member", "course", "lesson", "package", "sco")
LESSON_FIELDS = ("scorm_package", "scorm_done_by", "scorm_score", "scorm_kept_score", "scorm_attempts")


@dataclass(frozen=True, slots=True)
class Before:
	"""What was known of a part before a commit."""

	name: str | None
	"""Of its row; None where there is none."""
	standing: scorm_rule.Standing
	completed_on: datetime | None


def states(enrollment: str | None, lesson: str) -> dict[str, frappe._dict]:
	"""What each part of the lesson's present package has reported (completion, success, score, completed_on), by its
	identifier. What an earlier package of the lesson has reported stays with that one."""
	if not enrollment:
		return {}
	fields = ("sco", "completion", "success", "score", "has_score", "completed_on")
	key = {"enrollment": enrollment, "lesson": lesson, "package": attempts.package_of(lesson)}
	rows = read_rows(DOCTYPE, fields, key)
	return {row.sco: row for row in rows}


def seconds_so_far(enrollment: str | None, lesson: str, part: str) -> int:
	"""The time that was spent on a part before."""
	key = {"enrollment": enrollment or "", "lesson": lesson, "sco": part}
	key |= {"package": attempts.package_of(lesson)}
	return read_value(DOCTYPE, "total_seconds", key) or 0


def resume_data(enrollment: str | None, lesson: str, part: Any, version: str, user: str) -> dict[str, Any]:
	"""The data model that a part starts with, as the run-time library loads it.

	Args:
	        enrollment: LMS Enrollment; None for authors, for whom nothing is kept.
	        lesson: Course Lesson.
	        part: the row of the package's parts.
	        version: 1.2 or 2004.
	        user: who it is.
	"""
	row = None
	if enrollment:
		key = {"enrollment": enrollment, "lesson": lesson, "sco": part.identifier}
		key |= {"package": attempts.package_of(lesson)}
		row = read_row(DOCTYPE, ("name", "run_data", "total_seconds", "exit_mode"), key)
	cmi = stored_json.read(row.run_data, {}, doctype=DOCTYPE, name=row.name) if row else {}
	seconds = row.total_seconds or 0 if row else 0
	entry = "" if row and row.exit_mode in ("normal", "logout") else ("resume" if row else "ab-initio")
	name = frappe.get_cached_value("User", user, "full_name") or user
	is_review = attempts.used_up(enrollment, lesson, part.identifier)
	credit, mode = ("no-credit", "review") if is_review else ("credit", "normal")
	if version == "1.2":
		core = cmi["core"] if isinstance(cmi.get("core"), dict) else {}
		for field in ("session_time", "exit"):
			core.pop(field, None)
		core |= {"student_id": user, "student_name": name, "total_time": clock(seconds), "entry": entry}
		core |= {"credit": credit, "lesson_mode": mode}
		cmi["core"] = core
		cmi["student_data"] = _filled(
			mastery_score=part.mastery_score,
			max_time_allowed=part.time_limit,
			time_limit_action=part.time_limit_action,
		)
		cmi["launch_data"] = part.launch_data or ""
		return cmi
	for field in ("session_time", "exit"):
		cmi.pop(field, None)
	cmi |= {"learner_id": user, "learner_name": name, "total_time": f"PT{seconds}S", "entry": entry}
	cmi |= {"credit": credit, "mode": mode}
	parts = frappe.get_cached_doc("LMS SCORM Package", part.parent).scos if part.get("parent") else [part]
	if found := objectives.at_start(cmi.get("objectives"), part, parts, enrollment, lesson):
		cmi["objectives"] = found
	return cmi | _filled(
		scaled_passing_score=part.mastery_score,
		completion_threshold=part.get("completion_threshold"),
		max_time_allowed=part.time_limit,
		time_limit_action=part.time_limit_action,
		launch_data=part.launch_data,
	)


def save(
	enrollment: str, lesson: str, part: str, commit: Mapping[str, Any], opened: str = ""
) -> progress.Standing:
	"""Keep a commit, and complete the lesson once all parts of its package are done.

	Args:
	        enrollment: LMS Enrollment, the learner's own; that they may go on, `ticket.check` has asked.
	        lesson: a SCORM lesson of its course.
	        part: the identifier of one of its package's parts.
	        commit: completionStatus, successStatus, score, totalTimeSeconds and runtimeData, as the library
	                sends them, and `ended`: whether the learner left the part with it, as without that word;
	                `without_details`: a result alone, because there is no room for the rest.
	        opened: which page of the lesson it comes from: what one page says belongs to one attempt.
	"""
	row = progress.lock(enrollment)
	cmi = commit.get("runtimeData")
	cmi = cmi.get("cmi") if isinstance(cmi, dict) else None
	cmi = cmi if isinstance(cmi, dict) else {}
	core = cmi["core"] if isinstance(cmi.get("core"), dict) else cmi
	seconds = _bounded(commit.get("totalTimeSeconds"), 0, LONGEST_TIME)
	report = scorm_rule.Report(
		completion=_word(commit.get("completionStatus")),
		success=_word(commit.get("successStatus")),
		score=percent(commit.get("score")),
		measure=_measure(commit.get("score"), cmi),
		ended=commit.get("ended", True) is not False,
	)
	sent = {
		"member": row.member,
		"course": row.course,
		"batch": row.batch,
		"total_seconds": int(seconds or 0),
		"exit_mode": _word(core.get("exit")),
		"bookmark": _text(core.get("lesson_location") or core.get("location"), 140),
		"run_data": json.dumps(cmi),
	}
	if commit.get("without_details") is True:
		# there was no room for them; those from before stay
		del sent["run_data"]
	session = attempts.Session(sent["total_seconds"], sent["exit_mode"], cmi.get("interactions"), opened)
	return decide(row, lesson, part, report, sent, session, commit.get("sharedData"))


def settle_left(*, minutes: int = LEFT_AFTER_MINUTES) -> int:
	"""Scheduler: decide about parts that were left without a word, as if they had been left properly.

	Commits as it goes. Args: minutes, for how long nothing must have come from them. Returns how many.
	"""
	before = add_to_date(now_datetime(), minutes=-minutes)
	waiting = {"awaits_end": 1, "modified": ["<", before]}
	_forget_replaced()
	rows = frappe.get_all(DOCTYPE, filters=waiting, fields=["name", "enrollment", "lesson", "sco"], limit=0)
	frappe.db.commit()
	for row in rows:
		try:
			_settle(row.enrollment, row.lesson, row.sco)
		except AccessEndedError:
			frappe.db.rollback()
			frappe.clear_messages()
			set_value(DOCTYPE, row.name, "awaits_end", 0, update_modified=False)
		frappe.db.commit()
	return len(rows)


def _forget_replaced() -> None:
	"""Nothing is decided any more about packages that their lessons no longer show."""
	row, lesson = frappe.qb.DocType(DOCTYPE), frappe.qb.DocType("Course Lesson")
	replaced = (
		frappe.qb.from_(row)
		.join(lesson)
		.on(lesson.name == row.lesson)
		.select(row.name)
		.where((row.awaits_end == 1) & (fn.Coalesce(lesson.scorm_package, "") != row.package))
	).run(pluck=True)
	update_rows(DOCTYPE, {name: {"awaits_end": 0} for name in replaced}, stamped=False)


def left(enrollment: str, lesson: str, part: str) -> None:
	"""The learner has left a part without more to say: decide about it. Args: as `save`."""
	_settle(enrollment, lesson, part)


def _settle(enrollment: str, lesson: str, part: str) -> None:
	row = progress.lock(enrollment)
	key = {"enrollment": enrollment, "lesson": lesson, "sco": part, "package": attempts.package_of(lesson)}
	fields = ("name", "completion", "success", "run_data", "exit_mode", "awaits_end")
	stored = read_row(DOCTYPE, fields, key)
	if not stored:
		return
	attempts.end_left(key, stored.exit_mode)
	if not stored.awaits_end:
		return
	cmi = stored_json.read(stored.run_data, {}, doctype=DOCTYPE, name=stored.name)
	score = _scores(cmi)
	report = scorm_rule.Report(stored.completion, stored.success, percent(score), _measure(score, cmi))
	decide(row, lesson, part, report, {})


def decide(
	row: frappe._dict,
	lesson: str,
	part: str,
	report: scorm_rule.Report,
	sent: dict[str, Any],
	session: attempts.Session | None = None,
	texts: Any = None,
) -> progress.Standing:
	"""The one place that decides whether a part is done.

	Args:
	        row: the enrollment, as `progress.lock` gave it.
	        lesson, part: as `save`.
	        report: what the part has said.
	        sent: what its row keeps besides, with member, course and batch where there is a session.
	        session: for the attempt; None where nothing new was said.
	        texts: what SCORM 2004 shares between parts.
	"""
	enrollment = row.name
	about = read_row("Course Lesson", LESSON_FIELDS, {"name": lesson})
	package = frappe.get_cached_doc("LMS SCORM Package", about.scorm_package)
	wanted = {each.identifier: each for each in package.scos}
	key = {"enrollment": enrollment, "lesson": lesson, "package": package.name, "sco": part}
	before = _standing_before(key)
	if session:
		about_whom = key | {field: sent[field] for field in ("member", "course", "batch")}
		session = replace(session, version=package.scorm_version)
		if not attempts.note(about_whom, report, session, about.scorm_attempts or 0):
			return progress.standing(enrollment, lesson)
	sent = sent | shared_data.sent(wanted.get(part), texts)
	rule = scorm_rule.rule_of(about, wanted.get(part), package.scorm_version)
	after = scorm_rule.follow(before.standing, report, rule)
	values = {
		**key,
		**{field: value for field, value in sent.items() if field != "batch"},
		"completion": after.completion,
		"success": after.success,
		"score": after.score or 0,
		"has_score": int(after.score is not None),
		"awaits_end": int(after.awaits_end),
		"completed_on": (before.completed_on or now()) if after.is_done else None,
	}
	if before.name:
		# an upsert would write the data twice, and the first time in vain
		update_rows(DOCTYPE, {before.name: {k: v for k, v in values.items() if k not in FIXED}})
	else:
		upsert(DOCTYPE, values, fixed=FIXED)
	if before.standing.is_done and not after.is_done:
		return progress.reopen(enrollment, lesson)
	# one that is not done leaves the lesson as it is, whatever the others are
	needed = {identifier for identifier, each in wanted.items() if not scorm_rule.needs_nothing(each)}
	completed = after.is_done and _done_parts(enrollment, lesson, package.name) >= needed
	return progress.record_on(row, lesson, completed=completed, position=part)


def _standing_before(key: dict[str, str]) -> Before:
	fields = ("name", "completion", "success", "score", "has_score", "completed_on")
	stored = read_row(DOCTYPE, fields, key) or frappe._dict()
	standing = scorm_rule.Standing(
		stored.completion or "",
		stored.success or "",
		stored.score if stored.has_score else None,
		bool(stored.completed_on),
	)
	return Before(stored.name, standing, stored.completed_on)


def _measure(score: Any, cmi: dict[str, Any]) -> float | None:
	"""What a mastery score is compared with. Args: score, as the library sends it; cmi, which tells the version."""
	if not isinstance(score, dict):
		return None
	if isinstance(cmi.get("core"), dict):
		return _bounded(score.get("raw"), -1e9, 1e9)
	scaled = _bounded(score.get("scaled"), -1, 1)
	return None if scaled is None else scaled * 100


def _scores(cmi: dict[str, Any]) -> Any:
	core = cmi["core"] if isinstance(cmi.get("core"), dict) else cmi
	return core.get("score")


def percent(score: Any) -> float | None:
	"""A score in percent, 0–100: the scaled one, else the raw one between its minimum and maximum."""
	if not isinstance(score, dict):
		return None
	scaled = _bounded(score.get("scaled"), -1, 1)
	if scaled is not None:
		return share(max(scaled, 0), 1)
	raw = _bounded(score.get("raw"), -1e9, 1e9)
	if raw is None:
		return None
	lowest = _bounded(score.get("min"), -1e9, 1e9) or 0
	highest = _bounded(score.get("max"), -1e9, 1e9) or 100
	return share(min(max(raw, lowest), highest) - lowest, highest - lowest) if highest > lowest else 0.0


def clock(seconds: int) -> str:
	"""A time span as SCORM 1.2 writes it: `0001:05:09`."""
	minutes, rest = divmod(seconds, 60)
	hours, minutes = divmod(minutes, 60)
	return f"{min(hours, 9999):04}:{minutes:02}:{rest:02}"


def _done_parts(enrollment: str, lesson: str, package: str) -> set[str]:
	key = {"enrollment": enrollment, "lesson": lesson, "package": package}
	rows = read_rows(DOCTYPE, ("sco", "completed_on"), key)
	return {row.sco for row in rows if row.completed_on}


def _filled(**values: str | None) -> dict[str, str]:
	return {key: value for key, value in values.items() if value}


def _word(value: Any) -> str:
	return _text(value, 20).lower()


def _text(value: Any, length: int) -> str:
	return str(value)[:length] if isinstance(value, str | int | float) else ""


def _bounded(value: Any, lowest: float, highest: float) -> float | None:
	try:
		number = float(value)
	except (TypeError, ValueError, OverflowError):
		return None
	return min(max(number, lowest), highest) if number == number else None
