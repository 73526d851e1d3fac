"""How far everybody in a cohort is across its courses."""

from typing import Any

import frappe
from frappe import _

from smooth_lms.cohorts import course_access


def execute(filters: dict | None = None) -> tuple[list[dict[str, Any]], list[frappe._dict]]:
	"""Columns and rows. Filter: batch, an LMS Batch that the reader may see.

	Rows follow the reader's permissions on LMS Batch Enrollment.
	"""
	batch = (filters or {}).get("batch")
	if not batch:
		return columns(), []
	frappe.get_doc("LMS Batch", batch).check_permission("read")
	visible = set(
		frappe.get_list("LMS Batch Enrollment", filters={"batch": batch}, pluck="member", limit_page_length=0)
	)
	return columns(), [row for row in course_access.progress_in(batch) if row.member in visible]


def columns() -> list[dict[str, Any]]:
	"""The columns of the report."""
	return [
		{"fieldname": "member", "label": _("Member"), "fieldtype": "Link", "options": "User", "width": 220},
		{"fieldname": "member_name", "label": _("Name"), "fieldtype": "Data", "width": 180},
		{
			"fieldname": "employee",
			"label": _("Employee"),
			"fieldtype": "Link",
			"options": "Employee",
			"width": 140,
		},
		{"fieldname": "status", "label": _("Status"), "fieldtype": "Data", "width": 100},
		{"fieldname": "courses_completed", "label": _("Courses completed"), "fieldtype": "Int", "width": 130},
		{"fieldname": "courses", "label": _("Courses"), "fieldtype": "Int", "width": 90},
		{"fieldname": "progress", "label": _("Progress"), "fieldtype": "Percent", "width": 100},
		{"fieldname": "last_activity", "label": _("Last activity"), "fieldtype": "Datetime", "width": 170},
	]
