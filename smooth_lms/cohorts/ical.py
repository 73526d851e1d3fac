"""Calendar files (RFC 5545): the only place that writes them. No database.

Moments are written in UTC and every class is an event of its own, so that no calendar program has to know a time
zone's rules: what a cohort's clock says is right on both sides of a change to or from summer time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from smooth_lms.cohorts.schedule import UTC

CONTENT_TYPE = "text/calendar; charset=utf-8"
PRODUCT = "-//Smooth LMS//Timetable//EN"
LINE_OCTETS = 75
REFRESH = "PT1H"


@dataclass(frozen=True, slots=True)
class Event:
	"""Something with a place in a calendar."""

	uid: str
	"""The same for ever for the same thing, such as `LMS Live Class/abc@lms.example.com`."""
	title: str
	starts: datetime | date
	"""An aware datetime, or a date for something that takes whole days."""
	ends: datetime | date | None = None
	"""The moment after it; for whole days the last day. None: it has no known end."""
	place: str | None = None
	description: str | None = None
	url: str | None = None
	"""An https or http address where one reads more."""
	updated: datetime | None = None
	"""When it was changed last, aware."""
	cancelled: bool = False


def calendar(title: str, events: Iterable[Event], *, now: datetime | None = None) -> bytes:
	"""A calendar file.

	Args:
	        title: what calendar programs call it.
	        events: in any order.
	        now: the moment of writing, aware; by default this moment.

	Returns the file, UTF-8, its lines folded and ended as RFC 5545 says. Raises ValueError for a datetime
	without time zone.
	"""
	written = _utc(now or datetime.now(UTC))
	lines = [
		"BEGIN:VCALENDAR",
		"VERSION:2.0",
		f"PRODID:{PRODUCT}",
		"CALSCALE:GREGORIAN",
		"METHOD:PUBLISH",
		f"X-WR-CALNAME:{_text(title)}",
		f"NAME:{_text(title)}",
		f"REFRESH-INTERVAL;VALUE=DURATION:{REFRESH}",
		f"X-PUBLISHED-TTL:{REFRESH}",
	]
	for event in events:
		lines += _event(event, written)
	lines.append("END:VCALENDAR")
	return b"".join(_folded(line) for line in lines)


def _event(event: Event, written: str) -> list[str]:
	lines = [
		"BEGIN:VEVENT",
		f"UID:{_text(event.uid)}",
		f"DTSTAMP:{written}",
		f"DTSTART{_when(event.starts)}",
	]
	if event.ends is not None:
		# a whole day ends, for a calendar, where the next one begins
		last = event.ends if isinstance(event.ends, datetime) else event.ends + timedelta(days=1)
		lines.append(f"DTEND{_when(last)}")
	lines.append(f"SUMMARY:{_text(event.title)}")
	for name, value in (("LOCATION", event.place), ("DESCRIPTION", event.description)):
		if value:
			lines.append(f"{name}:{_text(value)}")
	if event.url and event.url.startswith(("https://", "http://")):
		lines.append(f"URL:{_line(event.url)}")
	if event.updated:
		lines.append(f"LAST-MODIFIED:{_utc(event.updated)}")
	lines.append(f"STATUS:{'CANCELLED' if event.cancelled else 'CONFIRMED'}")
	lines.append("END:VEVENT")
	return lines


def _when(value: datetime | date) -> str:
	if isinstance(value, datetime):
		return f":{_utc(value)}"
	return f";VALUE=DATE:{value:%Y%m%d}"


def _utc(value: datetime) -> str:
	if value.tzinfo is None:
		raise ValueError(f"{value} has no time zone")
	return f"{value.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
	"""A TEXT value: what would end or split it is escaped, other control characters are left out."""
	value = value.replace("\r\n", "\n").replace("\r", "\n").replace("\\", "\\\\")
	value = value.replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
	return _line(value)


def _line(value: str) -> str:
	return "".join(char for char in value if char >= " " and char != "\x7f")


def _folded(line: str) -> bytes:
	"""The line in pieces of at most 75 octets, never cut inside a character."""
	pieces, piece = [], b""
	for char in line:
		octets = char.encode()
		if len(piece) + len(octets) > LINE_OCTETS:
			pieces.append(piece)
			piece = b" "
		piece += octets
	return b"\r\n".join([*pieces, piece]) + b"\r\n"
