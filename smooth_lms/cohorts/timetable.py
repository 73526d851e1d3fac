"""What people have to be at: the timetable rows and live classes of their cohorts, in order of time."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import frappe
from frappe.utils import get_datetime, get_system_timezone, getdate

from smooth_lms.base import dates
from smooth_lms.cohorts import display, live_classes, schedule
from smooth_lms.cohorts.admission import SEATED

LONGEST_DAILY = 7
"""A cohort without a timetable that is longer than this many days is one entry of whole days."""
SESSION, LIVE_CLASS, DAYS = "session", "class", "days"


@dataclass(frozen=True, slots=True)
class Entry:
	"""One thing to be at."""

	kind: str
	"""session (a timetable row), class (a live class), or days (a cohort that has neither)"""
	key: str
	"""Unlike that of any other entry of the cohort, and the same for ever."""
	batch: str
	batch_title: str
	title: str
	starts: datetime | date
	"""An aware moment, or the first day of something without hours."""
	ends: datetime | date | None
	zone: str
	"""The cohort's time zone."""
	updated: datetime
	place: str | None = None
	live_class: frappe._dict | None = None

	@property
	def is_timed(self) -> bool:
		"""Whether it has hours."""
		return isinstance(self.starts, datetime)

	@property
	def timed_end(self) -> datetime | None:
		"""When it ends, if that is known to the hour."""
		return self.ends if isinstance(self.ends, datetime) else None

	@property
	def first_moment(self) -> datetime:
		if isinstance(self.starts, datetime):
			return self.starts
		return schedule.instant(self.starts, None, self.zone)

	@property
	def end_moment(self) -> datetime:
		"""The first moment after it; for what has no known end, the end of its day."""
		if isinstance(self.ends, datetime):
			return self.ends
		last = self.ends or (
			self.starts.astimezone(schedule.zone(self.zone)).date()
			if isinstance(self.starts, datetime)
			else self.starts
		)
		return schedule.instant(last + timedelta(days=1), None, self.zone)


def own_batches(user: str) -> list[str]:
	"""The cohorts in which `user` has a seat, and those they teach."""
	seated = frappe.get_all(
		"LMS Batch Enrollment",
		filters={"member": user, "status": ["in", list(SEATED)]},
		pluck="batch",
		limit=0,
	)
	taught = frappe.get_all(
		"Course Instructor", filters={"parenttype": "LMS Batch", "instructor": user}, pluck="parent", limit=0
	)
	return sorted({*seated, *taught})


def of_batches(batches: Collection[str]) -> list[Entry]:
	"""Everything in the timetables of cohorts, in order of time. Three queries, whatever the number."""
	rows = frappe.get_all(
		"LMS Batch",
		filters={"name": ["in", list(batches)]},
		fields=["name", "title", "start_date", "end_date", "start_time", "end_time", "timezone", "modified"],
		limit=0,
	)
	cohorts = {row.name: row for row in rows}
	entries = [*_sessions(cohorts), *_classes(cohorts)]
	filled = {entry.batch for entry in entries}
	entries += [entry for name, row in cohorts.items() if name not in filled for entry in _days(row)]
	return sorted(entries, key=lambda entry: (entry.first_moment, entry.batch, entry.key))


def agenda(user: str, *, past: bool = False) -> list[dict[str, Any]]:
	"""The timetable of a person by day of their own clock: `day, is_today, entries`.

	Each entry has `kind, title, batch, batch_title, at` (`display.span`; None without a time)`, days, place`, and for a
	live class `live`, see `live_classes.shown`.

	Args:
	        user: the person.
	        past: what is over, the latest day first, instead of what is to come.
	"""
	now, zone = live_classes.now_utc(), display.reader_zone(user)
	entries = [entry for entry in of_batches(own_batches(user)) if (entry.end_moment <= now) == past]
	today = now.astimezone(schedule.zone(zone)).date()
	days: dict[date, list[dict[str, Any]]] = {}
	for entry in entries:
		days.setdefault(_day(entry, zone), []).append(_shown(entry, zone, now))
	return [
		{"date": day, "day": dates.day(day), "is_today": day == today, "entries": days[day]}
		for day in sorted(days, reverse=past)
	]


def days_of(user: str, first: date, last: date) -> list[dict[str, Any]]:
	"""Each day from `first` to `last` with what the person has to be at: `date, day, is_today, entries` as `agenda` says.

	What takes several days is on each of them.
	"""
	now, zone = live_classes.now_utc(), display.reader_zone(user)
	today = now.astimezone(schedule.zone(zone)).date()
	days: dict[date, list[dict[str, Any]]] = {
		first + timedelta(days=number): [] for number in range((last - first).days + 1)
	}
	for entry in of_batches(own_batches(user)):
		shown = None
		for day in _days_taken(entry, zone, first, last):
			shown = shown or _shown(entry, zone, now)
			days[day].append(shown)
	return [
		{"date": day, "day": dates.day(day), "is_today": day == today, "entries": entries}
		for day, entries in days.items()
	]


def today_of(user: str) -> date:
	"""The day that it is by the person's clock."""
	return live_classes.now_utc().astimezone(schedule.zone(display.reader_zone(user))).date()


def _days_taken(entry: Entry, zone: str, first: date, last: date) -> Sequence[date]:
	begin = _day(entry, zone)
	whole_days = not isinstance(entry.starts, datetime) and isinstance(entry.ends, date)
	begin, end = max(begin, first), min(entry.ends if whole_days else begin, last)
	return [begin + timedelta(days=number) for number in range((end - begin).days + 1)]


def _shown(entry: Entry, zone: str, now: datetime) -> dict[str, Any]:
	timed = entry.is_timed
	at = display.span(_day(entry, zone), entry.starts, entry.timed_end, entry.zone, zone) if timed else None
	return {
		"kind": entry.kind,
		"title": entry.title,
		"batch": entry.batch,
		"batch_title": entry.batch_title,
		"at": at,
		"days": dates.days(entry.starts, entry.ends) if entry.kind == DAYS and not timed else None,
		"place": entry.place,
		"live": live_classes.shown(entry.live_class, now) if entry.live_class else None,
	}


def _day(entry: Entry, zone: str) -> date:
	if isinstance(entry.starts, datetime):
		return entry.starts.astimezone(schedule.zone(zone)).date()
	return entry.starts


def _sessions(cohorts: dict[str, frappe._dict]) -> list[Entry]:
	rows = frappe.get_all(
		"LMS Batch Timetable",
		filters={"parent": ["in", list(cohorts)], "parenttype": "LMS Batch"},
		fields=["name", "parent", "date", "start_time", "end_time", "subject", "place"],
		order_by="idx asc",
		limit=0,
	)
	found = []
	for row in rows:
		cohort = cohorts[row.parent]
		zone = cohort.timezone or get_system_timezone()
		begin, close = schedule.clock(row.start_time), schedule.clock(row.end_time)
		starts = schedule.instant(row.date, begin, zone) if begin else row.date
		ends = schedule.instant(row.date, close, zone) if begin and close else None
		found.append(_entry(cohort, SESSION, row.name, row.subject, starts, ends, place=row.place or None))
	return found


def _classes(cohorts: dict[str, frappe._dict]) -> list[Entry]:
	return [
		_entry(
			cohorts[row.batch],
			LIVE_CLASS,
			f"class-{row.name}",
			row.title,
			live_classes.starts_at(row),
			live_classes.ends_at(row),
			place=row.place or None,
			live_class=row,
		)
		for row in live_classes.of_batches(cohorts)
	]


def _days(row: frappe._dict) -> Sequence[Entry]:
	first, last = getdate(row.start_date), getdate(row.end_date)
	begin, close = schedule.clock(row.start_time), schedule.clock(row.end_time)
	zone = row.timezone or get_system_timezone()
	number = (last - first).days + 1
	if not begin or number > LONGEST_DAILY:
		return [_entry(row, DAYS, "days", row.title, first, last)]
	return [
		_entry(
			row,
			DAYS,
			day.isoformat(),
			row.title,
			schedule.instant(day, begin, zone),
			schedule.instant(day, close, zone) if close else None,
		)
		for day in (first + timedelta(days=index) for index in range(number))
	]


def _entry(
	cohort: frappe._dict,
	kind: str,
	key: str,
	title: str,
	starts: datetime | date,
	ends: datetime | date | None,
	**more: Any,
) -> Entry:
	changed = more["live_class"].modified if more.get("live_class") else cohort.modified
	return Entry(
		kind=kind,
		key=key,
		batch=cohort.name,
		batch_title=cohort.title,
		title=title,
		starts=starts,
		ends=ends,
		zone=cohort.timezone or get_system_timezone(),
		updated=get_datetime(changed).replace(tzinfo=schedule.zone(get_system_timezone())),
		**more,
	)
