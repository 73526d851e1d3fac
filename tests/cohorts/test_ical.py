"""Calendar files, read back with a calendar library."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from smooth_lms.cohorts import ical, schedule

NOW = datetime(2026, 3, 1, 12, tzinfo=schedule.UTC)
NINE = datetime(2026, 3, 27, 9).time()


def parsed(*events):
	content = ical.calendar("My timetable", events, now=NOW)
	return Calendar.from_ical(content), content


def only(**values):
	calendar, _ = parsed(ical.Event(**{"uid": "1@site", "title": "Safety", "starts": NOW, **values}))
	(event,) = calendar.walk("VEVENT")
	return event


def at(day):
	return schedule.instant(day, NINE, "Europe/Berlin")


class TestEvents:
	def test_say_what_when_and_where(self):
		event = only(
			ends=NOW + timedelta(hours=1),
			place="Room 3",
			description="Bring shoes",
			url="https://x.example/a",
		)
		assert event["SUMMARY"] == "Safety"
		assert (event["DTSTART"].dt, event["DTEND"].dt) == (NOW, NOW + timedelta(hours=1))
		assert (event["LOCATION"], event["DESCRIPTION"]) == ("Room 3", "Bring shoes")
		assert event["URL"] == "https://x.example/a"
		assert event["STATUS"] == "CONFIRMED"

	def test_nine_in_berlin_stays_nine_across_the_change_of_clocks(self):
		before, after = date(2026, 3, 28), date(2026, 3, 30)
		calendar, _ = parsed(
			ical.Event("1@site", "Winter", at(before)),
			ical.Event("2@site", "Summer", at(after)),
		)
		moments = [event["DTSTART"].dt for event in calendar.walk("VEVENT")]
		assert [each.hour for each in moments] == [8, 7]
		berlin = schedule.zone("Europe/Berlin")
		assert [each.astimezone(berlin).hour for each in moments] == [9, 9]

	def test_whole_days_end_where_the_next_begins(self):
		event = only(starts=date(2026, 3, 27), ends=date(2026, 3, 29))
		assert (event["DTSTART"].dt, event["DTEND"].dt) == (date(2026, 3, 27), date(2026, 3, 30))

	def test_cancelled_ones_say_so(self):
		assert only(cancelled=True)["STATUS"] == "CANCELLED"

	def test_an_address_that_is_no_web_address_is_left_out(self):
		assert "URL" not in only(url="javascript:alert(1)")

	def test_a_moment_without_time_zone_is_refused(self):
		with pytest.raises(ValueError, match="no time zone"):
			only(starts=datetime(2026, 3, 27, 9))


class TestFile:
	def test_is_a_calendar_with_a_name(self):
		calendar, content = parsed()
		assert (calendar["VERSION"], calendar["X-WR-CALNAME"]) == ("2.0", "My timetable")
		assert content.endswith(b"END:VCALENDAR\r\n")

	@given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), max_size=300))
	def test_gives_back_any_text(self, text):
		assert str(only(title="x" + text)["SUMMARY"]) == "x" + text

	@given(st.text(max_size=400))
	def test_never_has_a_line_too_long_or_one_that_text_began(self, text):
		_, content = parsed(ical.Event("1@site", "x", NOW, description="d" + text))
		lines = content.split(b"\r\n")
		assert max(map(len, lines)) <= 75
		assert b"\n" not in content.replace(b"\r\n", b"")
		assert sum(line.startswith(b"BEGIN:VEVENT") for line in lines) == 1

	def test_text_cannot_begin_another_event(self):
		calendar, _ = parsed(ical.Event("1@site", "a\r\nEND:VEVENT\r\nBEGIN:VEVENT", NOW))
		assert len(calendar.walk("VEVENT")) == 1
