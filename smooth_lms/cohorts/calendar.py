"""A cohort as entries of a calendar, for people who are in it."""

from datetime import date, datetime, timedelta
from typing import Any

import frappe
from frappe import _
from frappe.utils import get_datetime, get_system_timezone, get_url, getdate

from smooth_lms.cohorts import catalog, schedule
from smooth_lms.cohorts.ical import Event, calendar
from smooth_lms.exceptions import NotEnrolledError

LONGEST_DAILY = 7
"""A cohort without a timetable that is longer than this many days is one entry of whole days."""


def calendar_file(batch: str, user: str) -> bytes:
	"""The cohort as an .ics file: its timetable, or its days where it has none.

	Raises UnknownBatchError, and NotEnrolledError for people who are not in it.
	"""
	cohort = catalog.cohort(batch, user)
	if not cohort["is_inside"]:
		frappe.throw(NotEnrolledError().text, NotEnrolledError)
	row = frappe.db.get_value(
		"LMS Batch",
		batch,
		["name", "title", "start_date", "end_date", "start_time", "end_time", "timezone", "modified"],
		as_dict=True,
	)
	return calendar(row.title, _sessions(cohort, row) or _days(cohort, row))


def _sessions(cohort: dict[str, Any], row: frappe._dict) -> list[Event]:
	return [
		_event(
			row,
			session["name"],
			_("{0}: {1}").format(row.title, session["subject"]),
			datetime.fromisoformat(session["starts_at"]) if session["starts_at"] else day["date"],
			datetime.fromisoformat(session["ends_at"]) if session["ends_at"] else None,
			session["place"] or "",
		)
		for day in cohort["timetable"]
		for session in day["sessions"]
	]


def _days(cohort: dict[str, Any], row: frappe._dict) -> list[Event]:
	first, last = getdate(row.start_date), getdate(row.end_date)
	begin, close = schedule.clock(row.start_time), schedule.clock(row.end_time)
	zone = row.timezone or get_system_timezone()
	number = (last - first).days + 1
	if not begin or number > LONGEST_DAILY:
		return [_event(row, "days", row.title, first, last)]
	days = [first + timedelta(days=index) for index in range(number)]
	return [
		_event(
			row,
			day.isoformat(),
			row.title,
			schedule.instant(day, begin, zone),
			schedule.instant(day, close, zone) if close else None,
		)
		for day in days
	]


def _event(
	row: frappe._dict,
	part: str,
	title: str,
	starts: datetime | date,
	ends: datetime | date | None,
	place: str = "",
) -> Event:
	address = get_url(f"/lms/batches/{row.name}")
	updated = get_datetime(row.modified).replace(tzinfo=schedule.zone(get_system_timezone()))
	return Event(
		uid=f"{row.name}-{part}@{frappe.local.site}",
		title=title,
		starts=starts,
		ends=ends,
		place=place or None,
		description=address,
		url=address,
		updated=updated,
	)
