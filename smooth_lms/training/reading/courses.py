"""Which courses people have, with how they got them, how far they are and all dates: for files."""

from collections.abc import Callable, Mapping
from typing import Any

from pypika import Criterion

import frappe
from frappe import _
from frappe.query_builder.functions import Coalesce


def headings() -> tuple[str, ...]:
	"""What the columns of `rows_of` are called."""
	course = (_("Name"), _("User"), _("Course"), _("By"), _("State"), _("Progress in %"))
	return (*course, _("Assigned on"), _("Due date"), _("Started on"), _("Completed on"))


def rows_of(people: Mapping[str, str], among: Callable[[Any], Criterion]) -> list[tuple]:
	"""The courses of people: full name, user, course, how they got it, state, progress, assigned, due, started and
	completed. Two statements, whatever the number.

	Args:
	        people: full names by user; others are left out.
	        among: the condition on the member's column that says whose.
	"""
	rows = [*_assigned(among), *_taken(among)]
	found = [(people[row[0]], *row) for row in rows if row[0] in people]
	return sorted(found, key=lambda row: (str(row[0]).casefold(), row[1], str(row[2]).casefold()))


def _assigned(among: Callable[[Any], Criterion]) -> list[tuple]:
	table, course = frappe.qb.DocType("LMS Training Assignment"), frappe.qb.DocType("LMS Course")
	rows = (
		frappe.qb.from_(table)
		.left_join(course)
		.on(course.name == table.course)
		.select(table.member, Coalesce(course.title, table.course), table.status)
		.select(table.assigned_on, table.due_date, table.completed_on)
		.where(among(table.member))
	).run()
	return [
		(member, title, _("Assignment"), _(status), None, assigned, due, None, done)
		for member, title, status, assigned, due, done in rows
	]


def _taken(among: Callable[[Any], Criterion]) -> list[tuple]:
	table, course = frappe.qb.DocType("LMS Enrollment"), frappe.qb.DocType("LMS Course")
	rows = (
		frappe.qb.from_(table)
		.left_join(course)
		.on(course.name == table.course)
		.select(table.member, Coalesce(course.title, table.course), table.batch, table.status, table.progress)
		.select(table.started_on, table.completed_on)
		.where(among(table.member))
	).run()
	return [
		(member, title, batch or _("Course"), _(status), progress, None, None, started, done)
		for member, title, batch, status, progress, started, done in rows
	]
