"""Training in words, for pages: groups, states and due dates as people say them."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from frappe import _

from smooth_lms.base.dates import day, days_until
from smooth_lms.base.words import plural
from smooth_lms.training.deciding.due import SOON_DAYS
from smooth_lms.training.deciding.plan import COMPLETED, IN_PROGRESS, OVERDUE, WAIVED
from smooth_lms.training.requirement import rules

NAMED = 2
"""Courses that a row of the team names."""


def grouped(rows: Iterable[Mapping[str, Any]]) -> dict[str, list[dict[str, Any]]]:
	"""A person's training (see `views.of_member`) as `next` (overdue, due soon, begun, or without a due date), `later` and `done`."""
	groups: dict[str, list[dict[str, Any]]] = {"next": [], "later": [], "done": []}
	for row in rows:
		if not row["open"]:
			if row["status"] in (COMPLETED, WAIVED):
				groups["done"].append(worded(row))
		elif row["status"] != COMPLETED:
			undated = row["days_left"] is None  # their own courses, and those of their cohorts
			urgent = undated or row["status"] == IN_PROGRESS or row["days_left"] <= SOON_DAYS
			groups["next" if urgent else "later"].append(worded(row))
	return groups


def summary(rows: Iterable[Mapping[str, Any]]) -> list[str]:
	"""How a person stands, in a few words each: what is overdue, due soon, in progress."""
	standing = [row for row in rows if row["open"] and not row["paused"]]
	late = sum(row["status"] == OVERDUE for row in standing)
	soon = sum(
		row["status"] != OVERDUE and row["due_date"] is not None and row["days_left"] <= SOON_DAYS
		for row in standing
	)
	begun = sum(bool(row["progress"]) or row["status"] == IN_PROGRESS for row in standing)
	counted = ((late, _("{0} overdue")), (soon, _("{0} due soon")), (begun, _("{0} in progress")))
	return [words.format(number) for number, words in counted if number]


def due_in_words(due: date, today: date) -> str:
	"""A due date as people say it: `due Fri 27 Nov 2026, in 5 days`; `3 days overdue, since …`."""
	late = (today - due).days
	if late > 0:
		sentence = plural(late, _("1 day overdue, since {1}"), _("{0} days overdue, since {1}"))
		return sentence.format(late, day(due))
	return _("due {0}, {1}").format(day(due), days_until(due, today))


def state_of(row: Mapping[str, Any]) -> dict[str, str]:
	"""The chip for an assignment."""
	if row["open"] and row["paused"]:
		return {"tone": "plain", "label": _("Paused"), "code": "paused"}
	if row["status"] == OVERDUE:
		return {"tone": "bad", "label": _("Overdue"), "code": "overdue"}
	if row["open"] and row["due_date"] and row["days_left"] <= SOON_DAYS:
		return {"tone": "warning", "label": _("Due soon"), "code": "soon"}
	tone = {COMPLETED: "good", IN_PROGRESS: "waiting"}.get(row["status"], "plain")
	return {"tone": tone, "label": _(row["status"]), "code": "state"}


def person(row: Mapping[str, Any], today: date) -> dict[str, Any]:
	"""A row of the team (see `standing.page_of`) in words."""
	tones = {
		"behind": ("bad", _("Behind")),
		"due": ("warning", _("Due soon")),
		"on_track": ("good", _("On track")),
	}
	tone, label = tones[row["state"]]
	return {
		**row,
		"chip": {"tone": tone, "label": label, "code": row["state"]},
		"courses_label": _courses(row.get("open_courses") or []),
		"is_reminded": row.get("reminded_on") == today,
		"next_due_label": day(row["next_due"]) if row["next_due"] else "–",
		"last_activity_label": day(row["last_activity"].date()) if row["last_activity"] else _("never"),
	}


def _courses(titles: list[str]) -> str:
	"""The first courses that somebody has to do, and how many more there are."""
	named, more = ", ".join(titles[:NAMED]), len(titles) - NAMED
	return _("{0} and {1} more").format(named, more) if more > 0 else named


def worded(row: Mapping[str, Any]) -> dict[str, Any]:
	"""A row of training (see `views.of_member`) in words."""
	today = rules.today()
	if row["status"] == COMPLETED:
		words = _("completed {0}").format(day(row["completed_on"]))
	elif not row["open"]:
		words = _(row["status"])
	elif row["paused"]:
		words = _("paused while you are away")
	elif not row["due_date"]:
		words = (
			_("in the cohort {0}").format(row["cohort"]) if row.get("cohort") else _("you joined this course")
		)
	else:
		words = due_in_words(row["due_date"], today)
	asked = row["extension_until"] and day(row["extension_until"])
	more_time = {
		"Requested": _("You asked for time until {0}. Your manager decides.").format(asked),
		"Refused": _("More time was refused."),
		"Granted": _("You were given more time."),
	}.get(row["extension_state"] if row["open"] else None, "")
	action = _("Resume") if row["progress"] or row["status"] == IN_PROGRESS else _("Start")
	return {
		**row,
		"words": words,
		"state": state_of(row),
		"action": action,
		"more_time": more_time,
		"may_ask": bool(row["open"] and row["name"]) and row["extension_state"] != "Requested",
		"asked_until": asked,
	}
