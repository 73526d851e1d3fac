"""Learners without an approver, managers who report to one another in a circle, and people HR's word leaves out."""

from typing import Any

import frappe
from frappe import _

from smooth_lms.learners import roster, settled
from smooth_lms.learners.matching import manager_loops


def execute(filters: dict | None = None) -> tuple[list[dict[str, Any]], list[list[Any]]]:
	"""The columns and rows; only people whom the reader may see."""
	columns = [
		{"label": _("What"), "fieldname": "what", "fieldtype": "Data", "width": 180},
		{
			"label": _("Employee"),
			"fieldname": "employee",
			"fieldtype": "Link",
			"options": "Employee",
			"width": 160,
		},
		{
			"label": _("Learner"),
			"fieldname": "learner",
			"fieldtype": "Link",
			"options": "LMS Learner",
			"width": 240,
		},
		{"label": _("Details"), "fieldname": "details", "fieldtype": "Data", "width": 520},
	]
	return columns, [*_without_approver(), *_loops(), *_left_out()]


def _without_approver() -> list[list[Any]]:
	rows = frappe.get_list(
		"LMS Learner",
		filters={"status": ["!=", "Archived"], "approver": ["is", "not set"]},
		fields=["name", "full_name", "employee"],
		order_by="full_name asc",
		limit_page_length=0,
	)
	sentence = _("{0} has no approver: set Reports to in HR, or choose one here.")
	return [
		[_("No approver"), row.employee, row.name, sentence.format(row.full_name or row.name)] for row in rows
	]


def _loops() -> list[list[Any]]:
	visible = set(frappe.get_list("Employee", pluck="name", limit_page_length=0))
	return [
		[_("Managers in a circle"), loop[0], None, " → ".join([*loop, loop[0]])]
		for loop in manager_loops(settled.managers())
		if loop[0] in visible
	]


def _left_out() -> list[list[Any]]:
	visible = set(frappe.get_list("Employee", pluck="name", limit_page_length=0))
	return [
		[_("Left out"), problem.employee, None, problem.text]
		for planned in roster.for_everybody().chunks()
		for problem in planned.problems
		if problem.employee in visible
	]
