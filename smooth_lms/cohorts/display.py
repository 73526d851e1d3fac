"""Dates and times of cohorts in words, for pages and mails."""

from datetime import date, datetime, time

import frappe
from frappe.utils import get_system_timezone, getdate

from smooth_lms.base.dates import DAY_OF_SAME_YEAR, day, days
from smooth_lms.base.words import _
from smooth_lms.cohorts import schedule


def when(batch) -> str:
	"""A cohort's dates and daily hours with its time zone, such as `Mon 7 Dec 2026, 09:00–17:00 (Berlin)`.

	Args: batch, an LMS Batch document or row.
	"""
	parts = clock_parts(batch)
	place = f" ({parts['place']})" if parts["place"] else ""
	return ", ".join(part for part in (parts["days"], parts["hours"]) if part) + place


def clock_parts(batch, zone_name: str | None = None) -> dict[str, str]:
	"""A cohort's dates and daily hours as the clock of a time zone shows them.

	Args:
	        batch: an LMS Batch document or row.
	        zone_name: IANA name; the cohort's own by default. A cohort without hours keeps its dates everywhere.

	Returns `days` (`Mon 7 Dec – Fri 11 Dec 2026`), `hours` (`09:00–17:00`, may be empty), `place` (`Berlin`).
	"""
	own_zone = batch.timezone or get_system_timezone()
	begin, close = schedule.clock(batch.start_time), schedule.clock(batch.end_time)
	first, last = getdate(batch.start_date), getdate(batch.end_date)
	place = zone_label(batch.timezone)
	if zone_name and zone_name != own_zone and begin:
		start = _moved(first, begin, own_zone, zone_name)
		end = _moved(first, close, own_zone, zone_name) if close else None
		last = _moved(last, begin, own_zone, zone_name).date()
		first, hours, place = start.date(), _hours(start, end), zone_label(zone_name)
	else:
		hours = "–".join(each.strftime("%H:%M") for each in (begin, close) if each)
	return {"days": days(first, last), "hours": hours, "place": place}


def hours_of_day(
	row_date: date, begin: time | None, close: time | None, own_zone: str, zone_name: str
) -> str:
	"""The hours of one timetable row by the clock of another zone, with the day where it is another one."""
	if not begin:
		return ""
	start = _moved(row_date, begin, own_zone, zone_name)
	text = _hours(start, _moved(row_date, close, own_zone, zone_name) if close else None)
	return text if start.date() == row_date else f"{day(start.date(), DAY_OF_SAME_YEAR)}, {text}"


def zone_label(zone_name: str | None) -> str:
	"""The place a time zone is named after: `Europe/Berlin` becomes `Berlin`."""
	return _(zone_name.rpartition("/")[2].replace("_", " ")) if zone_name else ""


def chosen_zone(user: str) -> str | None:
	"""The time zone that `user` has chosen. Frappe gives every account the site's, which is no choice."""
	zone = reader_zone(user)
	return zone if zone != get_system_timezone() else None


def reader_zone(user: str) -> str:
	"""The time zone by which `user` reads times: that of their account, else the site's."""
	own = frappe.get_cached_value("User", user, "time_zone")
	try:
		return schedule.zone(own).key if own else get_system_timezone()
	except ValueError:
		return get_system_timezone()


def _moved(on: date, at: time, from_zone: str, to_zone: str) -> datetime:
	return schedule.instant(on, at, from_zone).astimezone(schedule.zone(to_zone))


def _hours(start: datetime, end: datetime | None) -> str:
	if not end:
		return start.strftime("%H:%M")
	text = f"{start:%H:%M}–{end:%H:%M}"
	return text if end.date() == start.date() else f"{text} (+{(end.date() - start.date()).days})"
