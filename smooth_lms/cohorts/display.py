"""Dates and times of cohorts in words, for pages and mails."""

from datetime import date, datetime, time

import frappe
from frappe.utils import get_system_timezone, getdate

from smooth_lms.base import preferences
from smooth_lms.base.dates import DAY_OF_SAME_YEAR, day, days
from smooth_lms.base.words import _
from smooth_lms.cohorts import schedule
from smooth_lms.people.places import guessed_zone


def when(batch, zone_name: str | None = None) -> str:
	"""A cohort's dates and daily hours with the time zone, such as `Mon 7 Dec 2026, 09:00–17:00 (Berlin)`.

	Args:
	        batch: an LMS Batch document or row.
	        zone_name: by whose clock, the cohort's own by default. Where the cohort's differs, it stands behind:
	                `Mon 7 Dec 2026, 10:00–18:00 (Istanbul); 09:00–17:00 (Berlin)`.
	"""
	theirs, own = clock_parts(batch, zone_name), clock_parts(batch)
	parts = [theirs["days"], theirs["hours"]]
	text = ", ".join(part for part in parts if part) + _named(theirs["place"])
	if (theirs["days"], theirs["hours"]) == (own["days"], own["hours"]):
		return text
	days = own["days"] if own["days"] != theirs["days"] else ""
	return f"{text}; {', '.join(part for part in (days, own['hours']) if part)}{_named(own['place'])}"


def span(shown_on: date, starts: datetime, ends: datetime | None, own_zone: str, zone_name: str) -> dict:
	"""The one form of a time of day: by the reader's clock first, by the event's own where that differs; always named.

	Args:
	        shown_on: the day under which it stands; a time on another day carries its date.
	        starts, ends: aware moments.
	        own_zone: of the event.
	        zone_name: of the reader.

	Returns `hours, place` (the reader's), `there, there_place` (the event's; `there` is None where it is the same), and
	what a script needs to show it by the clock of the browser: `starts_at, ends_at` (ISO 8601), `day, zone`.
	"""
	hours, there = (_on_day(shown_on, starts, ends, zone) for zone in (zone_name, own_zone))
	return {
		"hours": hours,
		"place": zone_label(zone_name),
		"there": there if there != hours else None,
		"there_place": zone_label(own_zone),
		"starts_at": starts.isoformat(),
		"ends_at": ends.isoformat() if ends else None,
		"day": shown_on.isoformat(),
		"zone": own_zone,
	}


def _on_day(shown_on: date, starts: datetime, ends: datetime | None, zone_name: str) -> str:
	zone = schedule.zone(zone_name)
	start = starts.astimezone(zone)
	text = _hours(start, ends.astimezone(zone) if ends else None)
	return text if start.date() == shown_on else f"{day(start.date(), DAY_OF_SAME_YEAR)}, {text}"


def _named(place: str) -> str:
	return f" ({place})" if place else ""


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
	place = zone_label(own_zone)
	if zone_name and zone_name != own_zone and begin:
		start = _moved(first, begin, own_zone, zone_name)
		end = _moved(first, close, own_zone, zone_name) if close else None
		last = _moved(last, begin, own_zone, zone_name).date()
		first, hours, place = start.date(), _hours(start, end), zone_label(zone_name)
	else:
		hours = "–".join(each.strftime("%H:%M") for each in (begin, close) if each)
	return {"days": days(first, last), "hours": hours, "place": place}


def zone_label(zone_name: str | None) -> str:
	"""The place a time zone is named after: `Europe/Berlin` becomes `Berlin`."""
	return _(zone_name.rpartition("/")[2].replace("_", " ")) if zone_name else ""


def chosen_zone(user: str) -> str | None:
	"""The time zone that `user` has chosen. Frappe gives every account the site's, which is no choice."""
	if chosen := _known(preferences.chosen(user, preferences.TIME_ZONE)):
		return chosen
	own = _known(frappe.get_cached_value("User", user, "time_zone"))
	return own if own != get_system_timezone() else None


def reader_zone(user: str) -> str:
	"""The time zone by which `user` reads times: the chosen one, else that of where they work, else the site's."""
	return chosen_zone(user) or unchosen_zone(user)


def unchosen_zone(user: str) -> str:
	"""The time zone of somebody who has chosen none: that of where they work, else the site's."""
	site_zone = get_system_timezone()
	return guessed_zone(user, site_zone) or site_zone


def _known(zone_name: str | None) -> str | None:
	try:
		return schedule.zone(zone_name).key if zone_name else None
	except ValueError:
		return None


def _moved(on: date, at: time, from_zone: str, to_zone: str) -> datetime:
	return schedule.instant(on, at, from_zone).astimezone(schedule.zone(to_zone))


def _hours(start: datetime, end: datetime | None) -> str:
	if not end:
		return start.strftime("%H:%M")
	text = f"{start:%H:%M}–{end:%H:%M}"
	return text if end.date() == start.date() else f"{text} (+{(end.date() - start.date()).days})"
