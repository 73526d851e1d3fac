"""People with a seat in a cohort who lack access to one of its courses."""

from typing import Any

import frappe
from frappe import _

from smooth_lms.cohorts import course_access


def execute(filters: dict | None = None) -> tuple[list[dict[str, Any]], list[frappe._dict], str | None]:
	"""Columns, rows, and what it means that there are none; only seats that the reader may see.

	Filter: batch, an LMS Batch.
	"""
	rows = _seen(course_access.gaps((filters or {}).get("batch")))
	return columns(), rows, None if rows else _("Everybody with a seat can open all courses of their cohort.")


def _seen(rows: list[frappe._dict]) -> list[frappe._dict]:
	seats = frappe.get_list(
		"LMS Batch Enrollment",
		filters={"member": ["in", sorted({row.member for row in rows}) or [""]]},
		fields=["batch", "member"],
		limit=0,
	)
	seen = {(seat.batch, seat.member) for seat in seats}
	return [row for row in rows if (row.batch, row.member) in seen]


def columns() -> list[dict[str, Any]]:
	"""The columns of the report."""
	return [
		_link("batch", _("Cohort"), "LMS Batch", 180),
		_link("member", _("Member"), "User", 220),
		{"fieldname": "member_name", "label": _("Name"), "fieldtype": "Data", "width": 180},
		_link("course", _("Course without access"), "LMS Course", 220),
		{"fieldname": "ended_on", "label": _("Access ended on"), "fieldtype": "Datetime", "width": 170},
	]


def _link(fieldname: str, label: str, doctype: str, width: int) -> dict[str, Any]:
	return {
		"fieldname": fieldname,
		"label": label,
		"fieldtype": "Link",
		"options": doctype,
		"width": width,
	}
