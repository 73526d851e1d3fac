"""HR's headcount against the enrollments of a cohort: who is missing, why, and what to do about it."""

from typing import Any

from frappe import _

from smooth_lms.cohorts import reconciliation


def execute(filters: dict | None = None) -> tuple:
	"""Columns, rows and the numbers above them. Filters: batch, and those of `roster.find`."""
	chosen = dict(filters or {})
	batch = chosen.pop("batch", None)
	if not batch:
		return columns(), []
	found = reconciliation.headcount(batch, chosen)
	summary = [
		_number(_("Headcount"), found["headcount"], "Blue"),
		_number(_("In the cohort"), found["present"], "Green"),
		_number(_("Missing"), found["missing"], "Red" if found["missing"] else "Green"),
	]
	return columns(), found["rows"], None, None, summary


def columns() -> list[dict[str, Any]]:
	"""The columns of the report.

	HR's records are plain text here: Frappe shows a report with links to them only to people who may read them all.
	"""
	return [
		_column("employee", _("Employee"), "Data", 140),
		_column("employee_name", _("Name"), "Data", 180),
		_column("company", _("Company"), "Data", 160),
		_column("department", _("Department"), "Data", 160),
		_column("user", _("User"), "Link", 210, "User"),
		_column("reason", _("Why they are not in"), "Data", 330),
		_column("remedy", _("What to do"), "Data", 360),
	]


def _number(label: str, value: int, indicator: str) -> dict[str, Any]:
	return {"label": label, "value": value, "datatype": "Int", "indicator": indicator}


def _column(fieldname: str, label: str, fieldtype: str, width: int, options: str = "") -> dict[str, Any]:
	return {
		"fieldname": fieldname,
		"label": label,
		"fieldtype": fieldtype,
		"width": width,
		"options": options,
	}
