"""Learners without an approver, managers in a circle, people HR's word leaves out, and who may be one human twice."""

from typing import Any

import frappe
from frappe import _

from smooth_lms import permissions
from smooth_lms.base.reports import column
from smooth_lms.learners.sync import planner, settled
from smooth_lms.learners.sync.matching import manager_loops
from smooth_lms.learners.sync.problems import FOR_SYSTEM_MANAGER
from smooth_lms.people.employees import alike


def execute(filters: dict | None = None) -> tuple[list[dict[str, Any]], list[list[Any]]]:
	"""The columns and rows; only people whom the reader may see."""
	columns = [
		column("what", _("What"), width=180),
		column("employee", _("Employee"), width=160),
		column("learner", _("Learner"), "Link", 240, "LMS Learner"),
		column("details", _("Details"), width=520),
	]
	return columns, [*_without_approver(), *_within_reach([*_loops(), *_left_out(), *_alike()])]


def _without_approver() -> list[list[Any]]:
	rows = frappe.get_list(
		"LMS Learner",
		filters={"status": ["!=", "Archived"], "approver": ["is", "not set"]},
		fields=["name", "full_name", "employee"],
		order_by="full_name asc",
		limit=0,
	)
	sentence = _("{0} has no approver: set Reports to in HR, or choose one here.")
	return [
		[_("No approver"), row.employee, row.name, sentence.format(row.full_name or row.name)] for row in rows
	]


def _loops() -> list[list[Any]]:
	return [
		[_("Managers in a circle"), loop[0], None, " → ".join([*loop, loop[0]])]
		for loop in manager_loops(settled.managers())
	]


def _left_out() -> list[list[Any]]:
	return [
		[_what(problem.code), problem.employee, None, problem.text]
		for planned in planner.for_everybody().chunks()
		for problem in planned.problems
	]


def _what(code: str) -> str:
	return _("For a System Manager") if code in FOR_SYSTEM_MANAGER else _("Left out")


def _alike() -> list[list[Any]]:
	sentence = _(
		"{0} have the same name and birthday or the same number: is this one person with several accounts?"
	)
	return [
		[
			_("Perhaps one person"),
			row.name,
			row.user_id,
			sentence.format(", ".join(f"{other.name} ({other.user_id})" for other in group)),
		]
		for group in alike()
		for row in group
	]


def _within_reach(rows: list[list[Any]]) -> list[list[Any]]:
	"""Those about Employees whom the reader may see; a Moderator, who may not read HR's records, reaches all."""
	hidden = permissions.outside_reach({employee for _what, employee, *_rest in rows})
	return [row for row in rows if row[1].lower() not in hidden]
