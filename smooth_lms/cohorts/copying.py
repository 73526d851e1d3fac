"""A cohort once more: "Week 13" is "Week 12" on other days."""

from datetime import date, timedelta
from typing import Any

import frappe
from frappe.utils import getdate

from smooth_lms import permissions
from smooth_lms.cohorts import live_classes

CLASS_FIELDS = (
	*("title", "course", "lesson", "description", "start_time", "duration_minutes"),
	*("instructor", "opens_minutes_before", "place"),
)
"""What another class takes over; links are of one meeting."""


def copy(batch: str, *, title: str, start_date: date | str) -> Any:
	"""Make an unpublished cohort like another one, with everything in it as many days later as its start.

	Courses, timetable, live classes (without their links), instructors, seats and texts are the same; nobody is in it.

	Args:
	        batch: LMS Batch.
	        title: of the new one.
	        start_date: its first day.

	Returns the new LMS Batch. Raises PermissionError, ValidationError.
	"""
	permissions.require_moderator()
	source = frappe.get_doc("LMS Batch", batch)
	made = frappe.copy_doc(source)
	by = getdate(start_date) - getdate(source.start_date)
	made.update({"title": title, "published": 0, "timezone": source.timezone})
	for field in ("start_date", "end_date", "late_enrollment_until"):
		made.set(field, _moved(source.get(field), by))
	for row in made.timetable:
		row.date = _moved(row.date, by)
	made.insert()
	for held in live_classes.of_batches([batch]):
		if not held.cancelled:
			doc = frappe.get_doc(live_classes.DOCTYPE, held.name)
			values = {field: doc.get(field) for field in CLASS_FIELDS}
			again = {"doctype": live_classes.DOCTYPE, "batch": made.name, "date": _moved(doc.date, by)}
			frappe.get_doc({**again, **values}).insert()
	return made


def _moved(day: Any, by: timedelta) -> date | None:
	return getdate(day) + by if day else None
