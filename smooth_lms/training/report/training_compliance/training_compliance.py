"""People and requirements: who is done, who has time, who is overdue."""

from typing import Any

from frappe import _

from smooth_lms.base.numbers import share
from smooth_lms.base.reports import bars, column, number, toned, when_empty
from smooth_lms.training.figures import base
from smooth_lms.training.figures.columns import columns
from smooth_lms.training.figures.compliance import DONE, LATE, WAITING, Compliance, column_name, compliance
from smooth_lms.training.requirement.rules import MANDATORY

TONES = {DONE: "good", WAITING: "waiting", LATE: "bad"}


def execute(filters: dict | None = None) -> tuple:
	"""Columns, rows, chart and the numbers above. Filters: see `compliance`."""
	found = compliance(filters or {})
	for row in found.rows:
		row["marks"] = {name: TONES[state] for name, state in row["marks"].items()}
	numbers = toned(found.rows, _numbers(found))
	return _columns(found), found.rows, when_empty(found.rows, filters), _chart(found), numbers


def _columns(found: Compliance) -> list[dict[str, Any]]:
	return columns(
		"member_name",
		"employee",
		"company",
		"department",
		"manager_name",
		column("rate", _("Done"), "Percent", 90),
		*(
			column(column_name(key), title, width=300, tone="marks", drill_down=_drill_down(key))
			for key, title in found.columns.items()
		),
		column("required", _("Required"), "Int", 90),
		column("done", _("Courses done"), "Int", 110),
		column("open", _("Open"), "Int", 80),
		column("overdue", _("Overdue"), "Int", 90),
		"member",
	)


def _drill_down(key: str) -> dict[str, Any]:
	"""The list filter for the assignments behind a cell."""
	if key == base.SINGLE:
		return {"requirement": ["is", "not set"], "source": ["!=", "Mandatory course"]}
	return {"source": "Mandatory course"} if key == MANDATORY else {"requirement": key}


def _chart(found: Compliance) -> dict[str, Any] | None:
	keys = list(found.columns)
	return bars(
		[found.columns[key] for key in keys],
		{
			_("Done"): [found.by_key[key][DONE] for key in keys],
			_("Time left"): [found.by_key[key][WAITING] for key in keys],
			_("Overdue"): [found.by_key[key][LATE] for key in keys],
		},
		["good", "waiting", "bad"],
	)


def _numbers(found: Compliance) -> list[dict[str, Any]]:
	people, total = len(found.rows), found.assignments["total"]
	late = found.people[LATE]
	return [
		number(_("People"), people),
		number(_("With everything done"), found.people[DONE], "good"),
		number(_("With something overdue"), late, "bad" if late else "good"),
		number(
			_("Courses done"),
			share(found.assignments[DONE], total, 1) if total else None,
			"waiting",
			"Percent",
		),
		number(_("Overdue assignments"), found.assignments[LATE], "bad" if late else "good"),
	]
