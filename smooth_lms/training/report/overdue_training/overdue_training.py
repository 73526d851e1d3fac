"""Who is overdue, with what, since when; also as a weekly mail."""

from typing import Any

from frappe import _

from smooth_lms.base.reports import bars, column, number, toned, when_empty
from smooth_lms.training.figures.columns import columns
from smooth_lms.training.figures.overdue import by_department, overdue

DEPARTMENTS_SHOWN = 6


def execute(filters: dict | None = None) -> tuple:
	"""Columns, rows, chart and the numbers above. Filters: see `overdue`."""
	rows = overdue(filters or {})
	for row in rows:
		row["extension_state"] = _(row["extension_state"]) if row["extension_state"] else None
	numbers = toned(rows, _numbers(rows))
	return _columns(), rows, when_empty(rows, filters), _chart(rows), numbers


def _columns() -> list[dict[str, Any]]:
	return columns(
		"member_name",
		"course_title",
		"due_date",
		column("days_overdue", _("Days overdue"), "Int", 110),
		"manager_name",
		"department",
		"company",
		"requirement",
		column("reminders", _("Reminders"), "Int", 100),
		column("last_reminder_on", _("Last reminder"), "Date", 110),
		column("extension_state", _("More time"), width=110),
		"employee",
		"member",
		"assignment",
	)


def _chart(rows: list[dict[str, Any]]) -> dict[str, Any] | None:
	counts = by_department(rows).most_common(DEPARTMENTS_SHOWN)
	labels = [department or _("No department") for department, _number in counts]
	return bars(labels, {_("Overdue"): [many for _department, many in counts]}, ["bad"])


def _numbers(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
	tone = "bad" if rows else "good"
	return [
		number(_("Overdue assignments"), len(rows), tone),
		number(_("People"), len({row["member"] for row in rows}), tone),
		number(_("Longest, in days"), max((row["days_overdue"] for row in rows), default=0), tone),
		number(_("Never reminded"), sum(not row["reminders"] for row in rows)),
	]
