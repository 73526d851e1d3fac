"""HR's headcount against the enrollments of a cohort, both ways: who is missing and who is not expected, and why."""

from typing import Any

from frappe import _

from smooth_lms.base.reports import column, number
from smooth_lms.cohorts import reconciliation


def execute(filters: dict | None = None) -> tuple:
	"""Columns, rows and the numbers above them.

	Filters: batch; what, Missing or Not expected for these rows only; and those of `roster.find`.
	"""
	chosen = dict(filters or {})
	batch, what = chosen.pop("batch", None), chosen.pop("what", None)
	if not batch:
		return columns(), []
	found = reconciliation.headcount(batch, chosen)
	summary = [
		number(_("Headcount"), found["headcount"], "waiting"),
		number(_("In the cohort"), found["present"], "good"),
		number(_("Missing"), found["missing"], "bad" if found["missing"] else "good"),
		number(_("Not expected"), found["unexpected"], "warning" if found["unexpected"] else "good"),
	]
	rows = [{**row, "what": _(row["what"])} for row in found["rows"] if what in (None, "", row["what"])]
	return columns(), rows, None, None, summary


def columns() -> list[dict[str, Any]]:
	"""The columns of the report.

	HR's records are plain text here: Frappe shows a report with links to them only to people who may read them all.
	"""
	return [
		column("what", _("What"), "Data", 120),
		column("employee", _("Employee"), "Data", 140),
		column("employee_name", _("Name"), "Data", 180),
		column("company", _("Company"), "Data", 160),
		column("department", _("Department"), "Data", 160),
		column("user", _("User"), "Link", 210, "User"),
		column("reason", _("Why"), "Data", 330),
		column("remedy", _("What to do"), "Data", 360),
	]
