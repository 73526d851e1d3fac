"""Who has which proof, until when, and whether it was there before their first day; and who lacks a mandatory one."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import frappe
from frappe import _
from frappe.utils import date_diff, getdate

from smooth_lms.base.reports import bars, column, number, toned, when_empty
from smooth_lms.compliance import missing, readiness, records, requirements
from smooth_lms.people import first_day

FIELDS = (
	"name",
	"employee",
	"employee_name",
	"company",
	"compliance_type",
	"category",
	"mandatory",
	"status",
	"valid_from",
	"valid_until",
)


TONES = {
	records.COMPLETE: "good",
	records.IN_PROGRESS: "waiting",
	records.PENDING: "plain",
	records.EXPIRED: "warning",
	records.NON_COMPLIANT: "bad",
	missing.MISSING: "absent",
}
"""What the chart shows, from the ground up."""
TYPES_SHOWN = 12
SOON = 30
"""Days."""


def execute(filters: dict | None = None) -> tuple:
	"""Columns, rows, a sentence where there are none, chart and the numbers above, as far as the reader's permissions go.

	Args: filters, `company, compliance_type, category, status, mandatory, expires_within_days, all_rows`.
	"""
	chosen = frappe._dict(filters or {})
	rows = [*_rows(chosen), *_missing(chosen)]
	numbers = toned(rows, _numbers(rows))
	return _columns(rows), rows, when_empty(rows, filters), chart(rows), numbers


def chart(rows: Sequence[frappe._dict]) -> dict[str, Any] | None:
	"""How many rows of each Compliance Type have which status; the types with most rows."""
	found: dict[str, Counter] = {}
	for row in rows:
		found.setdefault(row.compliance_type, Counter())[row.status] += 1
	shown = sorted(found, key=lambda kind: (-found[kind].total(), kind))[:TYPES_SHOWN]
	statuses = [status for status in TONES if any(found[kind][status] for kind in shown)]
	series = {_(status): [found[kind][status] for kind in shown] for status in statuses}
	return bars(shown, series, [TONES[status] for status in statuses])


def _numbers(rows: Sequence[frappe._dict]) -> list[dict[str, Any]]:
	counts = Counter(row.status for row in rows)
	lacking = counts[records.EXPIRED] + counts[records.NON_COMPLIANT]
	soon = sum(
		row.status == records.COMPLETE and row.days_left is not None and row.days_left <= SOON for row in rows
	)
	return [
		number(_("People"), len({row.employee for row in rows})),
		number(_("Complete"), counts[records.COMPLETE], "good"),
		number(_("Runs out within {0} days").format(SOON), soon, "warning" if soon else "good"),
		number(_("Expired or void"), lacking, "bad" if lacking else "good"),
		number(_("Missing"), counts[missing.MISSING], "absent" if counts[missing.MISSING] else "good"),
	]


def _rows(filters: frappe._dict) -> list[dict[str, Any]]:
	conditions: dict[str, Any] = {
		field: filters[field]
		for field in ("company", "compliance_type", "category", "status")
		if filters.get(field)
	}
	if filters.status == missing.MISSING:
		return []
	if filters.mandatory:
		conditions["mandatory"] = 1
	if not filters.all_rows:
		conditions["is_current"] = 1
	rows = frappe.get_list(
		"Employee Compliance",
		filters=conditions,
		fields=list(FIELDS),
		order_by="employee_name asc, compliance_type asc, name asc",
		limit=0,
	)
	employees = {row.employee for row in rows}
	people = {
		row.name: row
		for row in frappe.get_all(
			"Employee",
			filters={"name": ["in", list(employees)]},
			fields=["name", "department", "date_of_joining"],
			limit=0,
		)
	}
	proofs, today = readiness.first_proofs(employees), getdate()
	found = []
	for row in rows:
		person = people.get(row.employee) or frappe._dict()
		row.days_left = date_diff(row.valid_until, today) if row.valid_until else None
		if filters.expires_within_days and (
			row.days_left is None or row.days_left > int(filters.expires_within_days)
		):
			continue
		row.department, row.date_of_joining = person.department, person.date_of_joining
		early = first_day.before_start(
			proofs.get((row.employee, row.compliance_type)), person.date_of_joining
		)
		row.tone = TONES[row.status]
		row.before_start = {True: _("Yes"), False: _("No"), None: ""}[early]
		found.append(row)
	return found


def _missing(filters: frappe._dict) -> list[frappe._dict]:
	"""A row for each employee who has no proof of a mandatory type, unless the filters ask for something else."""
	if filters.status not in (None, "", missing.MISSING) or filters.expires_within_days:
		return []
	named = {
		field: filters[name]
		for field, name in (("name", "compliance_type"), ("category", "category"))
		if filters.get(name)
	}
	kinds = {
		row.name: row
		for row in frappe.get_all(
			requirements.DOCTYPE,
			filters={**named, "mandatory": 1, "enabled": 1},
			fields=["name", "category"],
			order_by="name asc",
			limit=0,
		)
	}
	return [
		frappe._dict(
			employee=person.employee,
			employee_name=person.name,
			company=person.company,
			department=person.department,
			compliance_type=kind,
			category=kinds[kind].category,
			mandatory=1,
			status=missing.MISSING,
			tone=TONES[missing.MISSING],
			date_of_joining=person.joined,
		)
		for kind, people in missing.people(kinds).items()
		for person in sorted(people, key=lambda each: each.name)
		if not filters.company or person.company == filters.company
	]


def _columns(rows: Sequence[frappe._dict]) -> list[dict[str, Any]]:
	found = [
		column("employee", _("Employee"), width=120),
		column("employee_name", _("Name"), width=160),
		column("company", _("Company"), width=120),
		column("department", _("Department"), width=120),
		column("compliance_type", _("Compliance type"), "Link", 180, "Compliance Type"),
		column("category", _("Category"), width=120),
		column("mandatory", _("Mandatory"), "Check", 90),
		column("status", _("Status"), width=120, tone="tone"),
		column("valid_from", _("Valid from"), "Date", 120),
		column("valid_until", _("Valid until"), "Date", 120),
		column("days_left", _("Days left"), "Int", 90),
		column("date_of_joining", _("Joined on"), "Date", 120),
		column("before_start", _("Completed before start"), width=150),
		column("name", _("Record"), "Link", 200, "Employee Compliance"),
	]
	if any(row.category for row in rows):
		return found
	return [each for each in found if each["fieldname"] != "category"]
