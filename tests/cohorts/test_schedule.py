"""Started, ended and late, by the clock of the cohort's own time zone."""

from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smooth_lms.cohorts import schedule

UTC = timezone.utc
ZONES = st.sampled_from(sorted(available_timezones() - {"localtime", "Factory"}))
DAYS = st.dates(date(1990, 1, 1), date(2037, 12, 31))
CLOCKS = st.times().map(lambda value: value.replace(microsecond=0))


@given(DAYS, CLOCKS, ZONES)
def test_the_wall_clock_in_the_zone_shows_the_time_that_was_entered(day, clock, zone):
	moment = schedule.instant(day, clock, zone)
	assert moment.tzinfo is UTC
	entered = datetime.combine(day, clock)
	shown = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
	skipped = shown - entered
	# where the clocks go forward the entered time never comes: then the clock shows at most the gap more
	assert skipped == timedelta() or timedelta() < skipped <= timedelta(days=1)


@given(DAYS, CLOCKS, ZONES)
def test_a_time_that_comes_twice_means_the_first(day, clock, zone):
	moment = schedule.instant(day, clock, zone)
	entered = datetime.combine(day, clock)
	for earlier in (
		1,
		2,
	):  # no zone has turned its clocks back by more than two hours in these years, but one
		before = (moment - timedelta(hours=earlier)).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
		assert before != entered


@given(DAYS, st.integers(0, 30), CLOCKS | st.none(), CLOCKS | st.none(), ZONES)
def test_a_cohort_that_ends_on_a_later_day_ends_after_it_starts(start, days, opens, closes, zone):
	starts_at = schedule.starts_at(start, opens, zone)
	ends_at = schedule.ends_at(start + timedelta(days=days + 2), closes, zone)
	assert starts_at < ends_at


@given(DAYS, ZONES)
def test_late_enrollment_lasts_to_the_end_of_its_day(day, zone):
	last = schedule.late_until(day, zone)
	assert schedule.instant(day, time(0), zone) < last
	shown = (last - timedelta(seconds=1)).astimezone(ZoneInfo(zone))
	assert shown.date() == day
	assert schedule.late_until(None, zone) is None


def test_without_an_end_time_the_cohort_lasts_to_the_end_of_the_day():
	assert schedule.ends_at(date(2026, 12, 7), None, "Europe/Berlin") == datetime(2026, 12, 7, 23, tzinfo=UTC)


def test_the_first_and_the_last_place_on_earth():
	"""Kiritimati is 14 hours ahead of UTC, Pago Pago 11 behind: nine in the morning is 25 hours apart."""
	day, nine = date(2026, 12, 7), time(9)
	assert schedule.starts_at(day, nine, "Pacific/Kiritimati") == datetime(2026, 12, 6, 19, tzinfo=UTC)
	assert schedule.starts_at(day, nine, "Pacific/Pago_Pago") == datetime(2026, 12, 7, 20, tzinfo=UTC)


@pytest.mark.parametrize(
	("day", "clock", "expected"),
	[
		(date(2026, 3, 29), time(2, 30), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),  # this time never comes
		(date(2026, 10, 25), time(2, 30), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # this one comes twice
		(date(2026, 3, 29), time(3, 0), datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
		(date(2026, 10, 25), time(3, 0), datetime(2026, 10, 25, 2, 0, tzinfo=UTC)),
	],
)
def test_when_berlin_changes_its_clocks(day, clock, expected):
	assert schedule.instant(day, clock, "Europe/Berlin") == expected


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../etc/passwd", "Europe", "Europe/Berlin\n", None])
def test_a_name_that_is_no_zone_is_refused(name):
	with pytest.raises(ValueError, match=r".*"):
		schedule.zone(name)


@pytest.mark.parametrize(
	("value", "expected"),
	[
		(None, None),
		("", None),
		(timedelta(hours=9, minutes=30), time(9, 30)),
		("09:30:00", time(9, 30)),
		("09:30", time(9, 30)),
		("9:30:00.000000", time(9, 30)),
		(time(9, 30), time(9, 30)),
	],
)
def test_a_time_field_as_the_database_a_form_or_a_document_gives_it(value, expected):
	assert schedule.clock(value) == expected


@pytest.mark.parametrize(
	("value", "expected"),
	[
		("09:30:00", "09:30:00"),
		("09:30:00.000000", "09:30:00.000000"),
		("10:03:22.123456", None),  # the moment that Frappe fills in
		(timedelta(hours=9), timedelta(hours=9)),
		(timedelta(hours=9, microseconds=5), None),
		(time(9, 30), time(9, 30)),
		(time(9, 30, 0, 5), None),
		(None, None),
		("", ""),
	],
)
def test_a_moment_that_nobody_entered_is_no_time(value, expected):
	assert schedule.chosen(value) == expected
