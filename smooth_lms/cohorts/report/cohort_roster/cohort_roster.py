"""Who is in which cohort, as HR and moderators hand it round."""

from typing import Any

import frappe
from frappe import _

from smooth_lms.base.reports import column
from smooth_lms.cohorts import reconciliation


def execute(filters: dict | None = None) -> tuple[list[dict[str, Any]], list[frappe._dict]]:
	"""Columns and rows. Filters: see `reconciliation.roster_rows`."""
	return columns(), reconciliation.roster_rows(filters or {})


def columns() -> list[dict[str, Any]]:
	"""The columns of the report.

	HR's records are plain text here: Frappe shows a report with links to them only to people who may read them all.
	"""
	return [
		column("batch", _("Cohort"), "Link", 170, "LMS Batch"),
		column("member_name", _("Name"), "Data", 170),
		column("member", _("Member"), "Link", 220, "User"),
		column("employee", _("Employee"), "Data", 130),
		column("member_type", _("Member type"), "Data", 110),
		column("company", _("Company"), "Data", 150),
		column("department", _("Department"), "Data", 150),
		column("status", _("Status"), "Data", 100),
		column("waitlist_position", _("Waitlist position"), "Int", 90),
		column("source", _("Source"), "Data", 100),
		column("enrolled_on", _("Enrolled on"), "Datetime", 160),
		column("withdrawn_on", _("Withdrawn on"), "Datetime", 160),
		column("confirmation_email_sent", _("Confirmation email sent"), "Check", 110),
		column("confirmation_email_error", _("Why it has not been sent"), "Data", 200),
		column("courses_missing", _("Courses missing"), "Data", 220),
	]
