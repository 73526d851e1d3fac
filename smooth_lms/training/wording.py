"""Training in words, for pages: groups, states and due dates as people say them."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from frappe import _

from smooth_lms.cohorts.display import day, days_until
from smooth_lms.training import rules
from smooth_lms.training.plan import COMPLETED, IN_PROGRESS, OVERDUE, WAIVED

SOON_DAYS = 7


def grouped(rows: Iterable[Mapping[str, Any]]) -> dict[str, list[dict[str, Any]]]:
	"""A person's training (see `views.of_member`) as `next` (overdue, due soon or begun), `later` and `done`."""
	groups: dict[str, list[dict[str, Any]]] = {"next": [], "later": [], "done": []}
	for row in rows:
		if not row["open"]:
			if row["status"] in (COMPLETED, WAIVED):
				groups["done"].append(_worded(row))
		elif row["status"] != COMPLETED:
			urgent = row["days_left"] <= SOON_DAYS or row["status"] == IN_PROGRESS
			groups["next" if urgent else "later"].append(_worded(row))
	return groups


def due_in_words(due: date, today: date) -> str:
	"""A due date as people say it: `due Fri 27 Nov 2026, in 5 days`; `3 days overdue, since …`."""
	late = (today - due).days
	if late == 1:
		return _("1 day overdue, since {0}").format(day(due))
	if late > 0:
		return _("{0} days overdue, since {1}").format(late, day(due))
	return _("due {0}, {1}").format(day(due), days_until(due, today))


def state_of(row: Mapping[str, Any]) -> dict[str, str]:
	"""The chip for an assignment."""
	if row["open"] and row["paused"]:
		return {"tone": "plain", "label": _("Paused"), "code": "paused"}
	if row["status"] == OVERDUE:
		return {"tone": "bad", "label": _("Overdue"), "code": "overdue"}
	if row["open"] and row["days_left"] <= SOON_DAYS:
		return {"tone": "warning", "label": _("Due soon"), "code": "soon"}
	tone = {COMPLETED: "good", IN_PROGRESS: "waiting"}.get(row["status"], "plain")
	return {"tone": tone, "label": _(row["status"]), "code": "state"}


def person(row: Mapping[str, Any], today: date) -> dict[str, Any]:
	"""A row of the team (see `views.team`) in words."""
	tones = {
		"behind": ("bad", _("Behind")),
		"due": ("warning", _("Due soon")),
		"on_track": ("good", _("On track")),
	}
	tone, label = tones[row["state"]]
	return {
		**row,
		"chip": {"tone": tone, "label": label, "code": row["state"]},
		"next_due_label": day(row["next_due"]) if row["next_due"] else "–",
		"last_activity_label": day(row["last_activity"].date()) if row["last_activity"] else _("never"),
	}


def _worded(row: Mapping[str, Any]) -> dict[str, Any]:
	today = rules.today()
	if row["status"] == COMPLETED:
		words = _("completed {0}").format(day(row["completed_on"]))
	elif not row["open"]:
		words = _(row["status"])
	elif row["paused"]:
		words = _("paused while you are away")
	else:
		words = due_in_words(row["due_date"], today)
	action = _("Resume") if row["progress"] or row["status"] == IN_PROGRESS else _("Start")
	return {**row, "words": words, "state": state_of(row), "action": action}
