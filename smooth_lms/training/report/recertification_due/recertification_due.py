"""Whose training runs out, and when it has to be renewed."""

from collections import Counter
from typing import Any

from frappe import _

from smooth_lms.base.reports import bars, column, number, toned, when_empty
from smooth_lms.training.figures.columns import columns
from smooth_lms.training.figures.recertification import LATE, LATER, OPEN, recertification

TONES = {LATE: "bad", OPEN: "waiting", LATER: "plain"}
MONTHS_SHOWN = 18


def execute(filters: dict | None = None) -> tuple:
	"""Columns, rows, chart and the numbers above. Filters: see `recertification`."""
	rows = recertification(filters or {})
	words = {LATE: _("Overdue"), OPEN: _("Can be renewed"), LATER: _("Still valid")}
	counts = Counter(row["state"] for row in rows)
	months: dict[str, Counter] = {}
	for row in rows:
		months.setdefault(row["due_date"].strftime("%Y-%m"), Counter())[row["state"]] += 1
		row["tone"], row["standing"] = TONES[row["state"]], words[row.pop("state")]
	shown = list(months)[:MONTHS_SHOWN]
	chart = bars(
		shown,
		{words[state]: [months[month][state] for month in shown] for state in (LATE, OPEN, LATER)},
		["bad", "waiting", "plain"],
	)
	numbers = toned(rows, _numbers(rows, counts))
	return _columns(), rows, when_empty(rows, filters), chart, numbers


def _columns() -> list[dict[str, Any]]:
	return columns(
		"member_name",
		"course_title",
		column("due_date", _("Renew by"), "Date", 110),
		column("days_left", _("Days left"), "Int", 100),
		"standing",
		column("completed_on", _("Last completed"), "Date", 120),
		column("opens_on", _("Opens on"), "Date", 110),
		"requirement",
		"department",
		"company",
		"manager_name",
		"employee",
		"member",
		"assignment",
	)


def _numbers(rows: list[dict[str, Any]], counts: Counter) -> list[dict[str, Any]]:
	soon = sum(0 <= row["days_left"] <= 30 for row in rows)
	return [
		number(_("People"), len({row["member"] for row in rows})),
		number(_("Renewals"), len(rows)),
		number(_("Within 30 days"), soon, "waiting"),
		number(_("Overdue"), counts[LATE], "bad" if counts[LATE] else "good"),
	]
