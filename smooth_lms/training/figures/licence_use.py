"""Licences of courses: how many were bought, are in use, are free, and who waits for one."""

from collections.abc import Mapping
from typing import Any

from pypika import functions as fn

import frappe
from frappe.utils import cint

from smooth_lms.base.numbers import share
from smooth_lms.courses import licences
from smooth_lms.training.assignments import review_list


def licence_use(filters: Mapping[str, Any]) -> list[dict[str, Any]]:
	"""The courses with licences that the session's user may see, the fullest first.

	Args: filters, any of course, and `percent`, at least so full.

	Counts of assigned and used licences come from the enrollments, `in_use` from the counter on the course that the
	limit is held by; `differs` says where the two do not agree. Three statements.
	"""
	conditions: dict[str, Any] = {"licence_count": [">", 0]}
	if filters.get("course"):
		conditions["name"] = filters["course"]
	courses = frappe.get_list(
		"LMS Course",
		filters=conditions,
		fields=["name", "title", "published", "licence_count", "licences_in_use"],
		order_by="title asc, name asc",
		limit=0,
	)
	names = [row.name for row in courses]
	counted, waiting = _by_state(names), _waiting(names)
	found = []
	for row in courses:
		assigned, used, returned = (
			counted.get((row.name, state), 0)
			for state in (licences.ASSIGNED, licences.USED, licences.RETURNED)
		)
		percent = share(row.licences_in_use, row.licence_count, 1)
		if percent < cint(filters.get("percent")):
			continue
		found.append(
			{
				"course": row.name,
				"course_title": row.title,
				"published": row.published,
				"bought": row.licence_count,
				"in_use": row.licences_in_use,
				"assigned": assigned,
				"used": used,
				"free": max(row.licence_count - row.licences_in_use, 0),
				"percent": percent,
				"returned": returned,
				"waiting": waiting.get(row.name, 0),
				"differs": int(assigned + used != row.licences_in_use),
			}
		)
	found.sort(key=lambda row: -row["percent"])
	return found


def _by_state(courses: list[str]) -> dict[tuple[str, str], int]:
	table = frappe.qb.DocType("LMS Enrollment")
	rows = (
		frappe.qb.from_(table)
		.select(table.course, table.licence_state, fn.Count("*"))
		.where(table.course.isin(courses or [""]) & (table.licence_state != licences.NONE))
		.groupby(table.course, table.licence_state)
	).run()
	return {(course, state): number for course, state, number in rows}


def _waiting(courses: list[str]) -> dict[str, int]:
	table = frappe.qb.DocType(review_list.DOCTYPE)
	rows = (
		frappe.qb.from_(table)
		.select(table.course, fn.Count("*"))
		.where(
			table.course.isin(courses or [""])
			& (table.state == review_list.OPEN)
			& (table.kind == review_list.NO_LICENCE)
		)
		.groupby(table.course)
	).run()
	return dict(rows)
