"""When people may be mailed: by their own clock, not at night and not on a free day."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smooth_lms.base.notices.hours import EVENING, MORNING, SOON, next_moment

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
FRIDAY = 4


def at(day: int, hour: int, minute: int = 0, zone: ZoneInfo = BERLIN) -> datetime:
	"""A moment in December 2026; its 4th is a Friday."""
	return datetime(2026, 12, day, hour, minute, tzinfo=zone)


@pytest.mark.parametrize(
	("now", "weekends", "expected"),
	[
		(at(4, 12), False, at(4, 12)),
		(at(4, 5, 59), False, at(4, 6)),
		(at(3, 20), False, at(4, 6)),
		(at(4, 20), False, at(7, 6)),
		(at(4, 20), True, at(5, 6)),
		(at(5, 12), False, at(7, 6)),
		(at(5, 12), True, at(5, 12)),
		(at(6, 23), False, at(7, 6)),
		(at(4, 23, zone=NEW_YORK), False, at(7, 6)),
	],
)
def test_they_are_mailed_in_the_day_and_on_working_days(now, weekends, expected):
	assert next_moment(now, "Europe/Berlin", weekends=weekends) == expected


def test_what_begins_soon_does_not_wait():
	assert next_moment(at(5, 23), "Europe/Berlin", weekends=False, begins=at(6, 9)) == at(5, 23)
	assert next_moment(at(5, 23), "Europe/Berlin", weekends=False, begins=at(9, 9)) == at(7, 6)


@given(
	st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)),
	st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Apia"]),
	st.booleans(),
)
def test_the_moment_is_allowed_and_the_next_one(moment, zone, weekends):
	now = moment.replace(tzinfo=ZoneInfo("UTC"))
	found = next_moment(now, zone, weekends=weekends)
	local = found.astimezone(ZoneInfo(zone))
	assert found >= now
	assert MORNING <= local.time() < EVENING
	assert weekends or local.weekday() < FRIDAY + 1
	assert found - now < timedelta(days=4)
	assert next_moment(found, zone, weekends=weekends) == found
	assert timedelta(days=2) > SOON
