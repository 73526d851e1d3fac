"""Whether people had completed their training before their first day at work."""

from collections import Counter
from typing import Any

from frappe import _

from smooth_lms.base import numbers
from smooth_lms.base.reports import bars, column, number, toned, when_empty
from smooth_lms.training.figures.before_start import AFTER, BEFORE, MISSING, TIME_LEFT, before_start
from smooth_lms.training.figures.columns import columns

TONES = {BEFORE: "good", TIME_LEFT: "waiting", AFTER: "warning", MISSING: "bad"}


def execute(filters: dict | None = None) -> tuple:
	"""Columns, rows, chart and the numbers above. Filters: see `before_start`."""
	rows = before_start(filters or {})
	words = {
		BEFORE: _("Before the start"),
		TIME_LEFT: _("Not done, time left"),
		AFTER: _("After the start"),
		MISSING: _("Not done"),
	}
	counts = Counter(row["state"] for row in rows)
	months: dict[str, Counter] = {}
	for row in reversed(rows):
		months.setdefault(row["date_of_joining"].strftime("%Y-%m"), Counter())[row["state"]] += 1
	for row in rows:
		row["tone"], row["result"] = TONES[row["state"]], words[row.pop("state")]
	shown = list(months)[-12:]
	chart = bars(
		shown,
		{words[state]: [months[month][state] for month in shown] for state in TONES},
		["good", "waiting", "plain", "bad"],
	)
	numbers = toned(rows, _numbers(rows, counts))
	return _columns(), rows, when_empty(rows, filters), chart, numbers


def _columns() -> list[dict[str, Any]]:
	return columns(
		"member_name",
		column("date_of_joining", _("First day"), "Date", 110),
		"course_title",
		column("result", _("Completed"), width=180, tone="tone"),
		"completed_on",
		column("days_before", _("Days before the start"), "Int", 120),
		"due_date",
		column("onboarding", _("Onboarding"), width=110),
		"department",
		"company",
		"manager_name",
		"employee",
		"member",
	)


def _numbers(rows: list[dict[str, Any]], counts: Counter) -> list[dict[str, Any]]:
	share = numbers.share(counts[BEFORE], len(rows), 1) if rows else None
	return [
		number(_("People"), len({row["member"] for row in rows})),
		number(_("Completed before the start"), counts[BEFORE], "good"),
		number(_("Share"), share, "good", "Percent"),
		number(_("After the start"), counts[AFTER], "plain"),
		number(_("Started without"), counts[MISSING], "bad" if counts[MISSING] else "good"),
	]
