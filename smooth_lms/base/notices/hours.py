"""When people may be mailed: not at night and not on a free day, unless it is about what begins soon. No database."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

MORNING, EVENING = time(6), time(20)
SATURDAY = 5
SOON = timedelta(hours=36)
"""What begins so soon cannot wait."""


def next_moment(now: datetime, zone: str, *, weekends: bool, begins: datetime | None = None) -> datetime:
	"""The first moment from `now` at which somebody may be mailed; `now` itself where that is allowed.

	Args:
	        now: aware.
	        zone: the reader's time zone.
	        weekends: whether they are mailed on Saturdays and Sundays, too.
	        begins: the moment at which what it is about begins, aware.
	"""
	if begins and begins - now < SOON:
		return now
	local = now.astimezone(ZoneInfo(zone))
	day, at = local.date(), local.time()
	if at >= EVENING:
		day += timedelta(days=1)
	while not weekends and day.weekday() >= SATURDAY:
		day += timedelta(days=1)
	if day == local.date() and at >= MORNING:
		return now
	return datetime.combine(day, MORNING, tzinfo=ZoneInfo(zone))
