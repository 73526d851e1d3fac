"""Hours that people have trained, for each person and year."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from pypika import CustomFunction
from pypika import functions as fn

import frappe
from frappe.utils import cint

from smooth_lms import permissions
from smooth_lms.base.sql import total
from smooth_lms.training.figures import base

SCORM, LESSONS, CLASSES = "scorm_hours", "lesson_hours", "class_hours"
KINDS = (SCORM, LESSONS, CLASSES)
SECONDS = 3600
year_of = CustomFunction("year", ["moment"])


def hours(filters: Mapping[str, Any]) -> list[dict[str, Any]]:
	"""Rows by person and year, the latest year first: who, `year`, hours of each of KINDS, and `hours` in all.

	Args: filters, `year` and those about people: see `base.whom`. Only records that the session's user may see count.

	Raises PermissionError for somebody who may see none.
	"""
	people, by_employee = base.whom(filters)
	wanted = cint(filters.get("year"))
	found: dict[tuple[int, str], dict[str, float]] = defaultdict(dict)
	for kind, member, year, seconds in _times():
		if member in people and year and seconds and (not wanted or year == wanted):
			found[year, member][kind] = found[year, member].get(kind, 0) + float(seconds) / SECONDS
	rows = [
		{
			**base.place(people[member], by_employee),
			"year": year,
			**{kind: times.get(kind, 0) for kind in KINDS},
			"hours": sum(times.values()),
		}
		for (year, member), times in found.items()
	]
	return sorted(rows, key=lambda row: (-row["year"], row["member_name"].casefold(), row["member"]))


def _times() -> Iterator[tuple[str, str, int, float]]:
	"""Kind, member, year and seconds."""
	attempt = frappe.qb.DocType("LMS SCORM Attempt")
	query = frappe.qb.from_(attempt).where(permissions.rows_seen("LMS SCORM Attempt"))
	yield from _summed(SCORM, query, attempt.member, attempt.started_on, attempt.seconds)
	# what packages take is in their attempts, and in no row of progress
	progress = frappe.qb.DocType("LMS Course Progress")
	query = frappe.qb.from_(progress).where(permissions.rows_seen("LMS Course Progress"))
	when = fn.Coalesce(progress.completed_on, progress.started_on)
	yield from _summed(LESSONS, query, progress.member, when, progress.seconds)
	came, live = frappe.qb.DocType("LMS Live Class Attendance"), frappe.qb.DocType("LMS Live Class")
	query = (
		frappe.qb.from_(came)
		.join(live)
		.on(live.name == came.live_class)
		.where((came.status == "Present") & (live.cancelled == 0))
		.where(permissions.rows_seen("LMS Live Class Attendance"))
	)
	yield from _summed(CLASSES, query, came.member, live.date, live.duration_minutes * 60)


def _summed(kind: str, query: Any, member: Any, when: Any, seconds: Any) -> Iterator[tuple]:
	year = year_of(when)
	rows = query.select(member, year, total(seconds)).groupby(member, year).run()
	yield from ((kind, *row) for row in rows)
