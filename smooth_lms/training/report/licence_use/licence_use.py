"""Licences of courses: how many were bought, are in use, are free, and who waits for one."""

from typing import Any

from frappe import _

from smooth_lms.base.reports import bars, column, number
from smooth_lms.courses.licences import LEVELS, level
from smooth_lms.training.figures.columns import columns
from smooth_lms.training.figures.licence_use import licence_use

COURSES_SHOWN = 15
TONES = {0: "good", LEVELS[0]: "warning", LEVELS[1]: "bad"}


def execute(filters: dict | None = None) -> tuple:
	"""Columns, rows, chart and the numbers above. Filters: see `licence_use`."""
	rows = licence_use(filters or {})
	for row in rows:
		row["tone"] = TONES[level(row["in_use"], row["bought"])]
		row["standing"] = _standing(row)
	shown = rows[:COURSES_SHOWN]
	chart = bars(
		[row["course_title"] for row in shown],
		{
			_("Used"): [row["used"] for row in shown],
			_("Assigned, not started"): [row["assigned"] for row in shown],
			_("Free"): [row["free"] for row in shown],
		},
		["good", "waiting", "plain"],
	)
	return _columns(), rows, None, chart, _numbers(rows)


def _standing(row: dict[str, Any]) -> str:
	if row["differs"]:
		return _("The counter differs from the enrollments")
	if row["waiting"]:
		return _("People wait")
	return _("None left") if not row["free"] else _("Free")


def _columns() -> list[dict[str, Any]]:
	return columns(
		"course_title",
		"standing",
		column("bought", _("Bought"), "Int", 90),
		column("in_use", _("In use"), "Int", 90),
		column("percent", _("Share"), "Percent", 90),
		column("used", _("Used"), "Int", 90),
		column("assigned", _("Assigned, not started"), "Int", 150),
		column("free", _("Free"), "Int", 90),
		column("waiting", _("People waiting"), "Int", 120),
		column("returned", _("Given back"), "Int", 100),
		column("published", _("Published"), "Check", 90),
	)


def _numbers(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
	def total(field: str) -> int:
		return sum(row[field] for row in rows)

	full = sum(not row["free"] for row in rows)
	return [
		number(_("Bought"), total("bought")),
		number(_("In use"), total("in_use"), "waiting"),
		number(_("Free"), total("free"), "good"),
		number(_("Courses without a free licence"), full, "bad" if full else "good"),
		number(_("People waiting"), total("waiting"), "bad" if total("waiting") else "good"),
	]
