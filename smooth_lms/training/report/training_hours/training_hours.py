"""How many hours people have trained, for each person and year."""

from typing import Any

from frappe import _

from smooth_lms.base.reports import column, number, when_empty
from smooth_lms.training.figures.columns import columns
from smooth_lms.training.figures.hours import CLASSES, KINDS, LESSONS, SCORM, hours


def execute(filters: dict | None = None) -> tuple:
	"""Columns, rows, a sentence where there are none, and the numbers above. Filters: see `hours`."""
	rows = hours(filters or {})
	for row in rows:
		row |= {field: round(row[field], 2) for field in (*KINDS, "hours")}
	return _columns(), rows, when_empty(rows, filters), None, _numbers(rows) if rows else []


def _columns() -> list[dict[str, Any]]:
	return columns(
		"member_name",
		column("year", _("Year"), width=80),
		column("hours", _("Hours"), "Float", 100),
		column(SCORM, _("SCORM packages"), "Float", 140),
		column(LESSONS, _("Other lessons"), "Float", 120),
		column(CLASSES, _("Live classes"), "Float", 120),
		"department",
		"company",
		"manager_name",
		"employee",
		"member",
	)


def _numbers(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
	people = len({row["member"] for row in rows})
	total = sum(row["hours"] for row in rows)
	return [
		number(_("People"), people),
		number(_("Hours"), round(total, 1), datatype="Float"),
		number(_("Hours a person"), round(total / people, 1), datatype="Float"),
	]
