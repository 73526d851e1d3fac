"""Who has which proof, until when, and whether it was there before their first day."""

from typing import Any

import frappe
from frappe import _
from frappe.utils import date_diff, getdate

from smooth_lms.compliance import readiness

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


def execute(filters: dict | None = None) -> tuple[list[dict], list[dict]]:
	"""The report, as far as the reader's permissions go.

	Args: filters, `company, compliance_type, category, status, mandatory, expires_within_days, all_rows`.
	"""
	return _columns(), _rows(frappe._dict(filters or {}))


def _rows(filters: frappe._dict) -> list[dict[str, Any]]:
	conditions: dict[str, Any] = {
		field: filters[field]
		for field in ("company", "compliance_type", "category", "status")
		if filters.get(field)
	}
	if filters.mandatory:
		conditions["mandatory"] = 1
	if not filters.all_rows:
		conditions["is_current"] = 1
	rows = frappe.get_list(
		"Employee Compliance",
		filters=conditions,
		fields=list(FIELDS),
		order_by="employee_name asc, compliance_type asc, name asc",
		limit_page_length=0,
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
		early = readiness.before_start(
			proofs.get((row.employee, row.compliance_type)), person.date_of_joining
		)
		row.before_start = {True: _("Yes"), False: _("No"), None: ""}[early]
		found.append(row)
	return found


def _columns() -> list[dict[str, Any]]:
	def column(
		name: str, label: str, kind: str = "Data", options: str | None = None, width: int = 120
	) -> dict:
		return {"fieldname": name, "label": label, "fieldtype": kind, "options": options, "width": width}

	return [
		column("employee", _("Employee"), "Link", "Employee"),
		column("employee_name", _("Name"), width=160),
		column("company", _("Company"), "Link", "Company"),
		column("department", _("Department"), "Link", "Department"),
		column("compliance_type", _("Compliance type"), "Link", "Compliance Type", 180),
		column("category", _("Category")),
		column("mandatory", _("Mandatory"), "Check", width=90),
		column("status", _("Status")),
		column("valid_from", _("Valid from"), "Date"),
		column("valid_until", _("Valid until"), "Date"),
		column("days_left", _("Days left"), "Int", width=90),
		column("date_of_joining", _("Joined on"), "Date"),
		column("before_start", _("Completed before start"), width=150),
		column("name", _("Record"), "Link", "Employee Compliance", 200),
	]
