"""When a cohort starts, ends and stops taking late hires, by the clock of its own time zone. No database."""

from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

UTC = timezone.utc


def zone(name: str) -> ZoneInfo:
	"""The time zone `name` (IANA, such as `Europe/Berlin`).

	Raises ValueError for a name that is no IANA zone.
	"""
	try:
		return ZoneInfo(name)
	except (ZoneInfoNotFoundError, ValueError, OSError, TypeError) as error:
		raise ValueError(name) from error


def instant(day: date, clock: time | None, zone_name: str) -> datetime:
	"""The moment, in UTC, at which the wall clock in `zone_name` shows `day` and `clock` (midnight if None).

	Where the clocks go back and a time comes twice, the first one counts; where they go forward and it never
	comes, the moment the old offset would have given (PEP 495, fold=0).
	"""
	wall = (clock or time()).replace(fold=0)
	return datetime.combine(day, wall, tzinfo=zone(zone_name)).astimezone(UTC)


def starts_at(start_date: date, start_time: time | None, zone_name: str) -> datetime:
	"""The first moment of the cohort, in UTC. Without a start time: the first midnight of the day."""
	return instant(start_date, start_time, zone_name)


def ends_at(end_date: date, end_time: time | None, zone_name: str) -> datetime:
	"""The first moment after the cohort, in UTC. Without an end time: the end of the day."""
	if end_time is None:
		return instant(end_date + timedelta(days=1), None, zone_name)
	return instant(end_date, end_time, zone_name)


def late_until(day: date | None, zone_name: str) -> datetime | None:
	"""The first moment at which late hires are no longer taken, in UTC: the end of `day`. None if not set."""
	return instant(day + timedelta(days=1), None, zone_name) if day else None


def clock(value: time | timedelta | str | None) -> time | None:
	"""A Time field's value, as the database, a document or a form gives it, as a time of day."""
	if value in (None, ""):
		return None
	if isinstance(value, timedelta):
		return (datetime.min + value).time()
	if isinstance(value, str):
		parts = [int(float(part)) for part in value.split(":")]
		return time(*parts[:3])
	return value


def chosen(value: time | timedelta | str | None) -> time | timedelta | str | None:
	"""A Time field's value as somebody chose it: None for what Frappe fills into a new document by itself.

	An omitted Time becomes the present moment there. It shows by its fraction of a second, which nobody enters.
	"""
	if isinstance(value, str):
		fraction = value.partition(".")[2].strip("0")
	else:
		fraction = getattr(value, "microsecond", 0) or getattr(value, "microseconds", 0)
	return None if fraction else value
