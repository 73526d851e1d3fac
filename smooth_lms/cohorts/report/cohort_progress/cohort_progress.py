"""How far everybody in a cohort is across its courses."""

from collections.abc import Sequence
from typing import Any

import frappe
from frappe import _

from smooth_lms.base.numbers import share
from smooth_lms.cohorts import course_access

NOT_STARTED, IN_PROGRESS, COMPLETED = "Not Started", "In Progress", "Completed"


def execute(filters: dict | None = None) -> tuple:
	"""Columns, rows, no message, chart and summary.

	Filters: batch, an LMS Batch that the reader may see; standing, one of Not Started, In Progress, Completed.
	Rows follow the reader's permissions on LMS Batch Enrollment. A fixed number of queries for each 1,000 people.
	"""
	batch, standing = ((filters or {}).get(name) for name in ("batch", "standing"))
	if not batch:
		return columns(), []
	frappe.get_doc("LMS Batch", batch).check_permission("read")
	visible = set(frappe.get_list("LMS Batch Enrollment", filters={"batch": batch}, pluck="member", limit=0))
	rows = [row for row in course_access.progress_in(batch) if row.member in visible]
	for row in rows:
		row.standing = standing_of(row)
	shown = [row for row in rows if row.standing == standing] if standing else rows
	return columns(), shown, None, chart(rows), summary(rows)


def standing_of(row: frappe._dict) -> str:
	"""Where somebody stands in the cohort as a whole."""
	if row.courses and row.courses_completed == row.courses:
		return COMPLETED
	return IN_PROGRESS if row.courses_completed or row.last_activity else NOT_STARTED


def chart(rows: Sequence[frappe._dict]) -> dict[str, Any] | None:
	"""How many people stand where, whatever the report is filtered by."""
	if not rows:
		return None
	counts = [sum(row.standing == each for row in rows) for each in (NOT_STARTED, IN_PROGRESS, COMPLETED)]
	return {
		"data": {
			"labels": [_(each) for each in (NOT_STARTED, IN_PROGRESS, COMPLETED)],
			"datasets": [{"name": _("People"), "values": counts}],
		},
		"type": "bar",
		"colors": ["#2f4fd0"],
	}


def summary(rows: Sequence[frappe._dict]) -> list[dict[str, Any]]:
	"""The cohort in four numbers."""
	if not rows:
		return []
	return [
		_number(_("People"), len(rows)),
		_number(_("Completed"), sum(row.standing == COMPLETED for row in rows), "Green"),
		_number(_("Not started"), sum(row.standing == NOT_STARTED for row in rows), "Orange"),
		_number(
			_("Mean progress"),
			share(sum(row.progress for row in rows), 100 * len(rows), 1),
			datatype="Percent",
		),
	]


def columns() -> list[dict[str, Any]]:
	"""The columns of the report.

	HR's records are plain text here: Frappe shows a report with links to them only to people who may read them all.
	"""
	return [
		_column("member_name", _("Name"), "Data", 180),
		_column("member", _("Member"), "Link", 220, "User"),
		_column("employee", _("Employee"), "Data", 140),
		_column("standing", _("Standing"), "Data", 110),
		_column("progress", _("Progress"), "Percent", 100),
		_column("courses_completed", _("Courses completed"), "Int", 130),
		_column("courses", _("Courses"), "Int", 90),
		_column("last_activity", _("Last activity"), "Datetime", 170),
		_column("status", _("Seat"), "Data", 100),
	]


def _column(fieldname: str, label: str, fieldtype: str, width: int, options: str = "") -> dict[str, Any]:
	return {
		"fieldname": fieldname,
		"label": label,
		"fieldtype": fieldtype,
		"width": width,
		"options": options,
	}


def _number(label: str, value: float, indicator: str = "", datatype: str = "Int") -> dict[str, Any]:
	return {"label": label, "value": value, "indicator": indicator, "datatype": datatype}
