"""Due dates and cycles by themselves."""

from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from smooth_lms.training.deciding.due import (
	AFTER_ASSIGNMENT,
	AFTER_JOINING,
	FIXED_DATE,
	FROM_COMPLETION,
	FROM_DUE_DATE,
	Period,
	Rule,
	cycle_after,
	cycle_after_earlier,
	first_due,
	occurrence_from,
	today_in,
)

TODAY = date(2026, 11, 22)
DAYS = st.dates(date(2018, 1, 1), date(2032, 12, 31))
PERIODS = st.one_of(
	st.builds(Period, months=st.integers(1, 60)), st.builds(Period, days=st.integers(10, 1_000))
)


@st.composite
def repeated_rules(draw, by_calendar=None):
	period = draw(PERIODS)
	fixed = draw(st.booleans()) if by_calendar is None else by_calendar
	longest = period.months * 28 + period.days - 1
	return Rule(
		due_rule=FIXED_DATE if fixed else draw(st.sampled_from([AFTER_JOINING, AFTER_ASSIGNMENT])),
		due_days=draw(st.integers(0, 400)),
		fixed_date=draw(DAYS) if fixed else None,
		period=period,
		window_days=draw(st.integers(0, min(longest, 200))),
		renew_from=draw(st.sampled_from([FROM_COMPLETION, FROM_DUE_DATE])),
	)


def occurrences(rule):
	"""The repeated date over a hundred years."""
	reach = 50 * 366 // (rule.period.months * 31 + rule.period.days)
	return {rule.period.after(rule.fixed_date, k) for k in range(-reach, reach)}


@pytest.mark.parametrize(
	("rule", "joined", "due"),
	[
		(Rule(AFTER_JOINING, 30), date(2026, 11, 1), date(2026, 12, 1)),
		(Rule(AFTER_JOINING, 30), date(2020, 1, 1), date(2020, 1, 31)),
		(Rule(AFTER_JOINING, 30), None, date(2026, 12, 22)),
		(Rule(AFTER_JOINING, 0), date(2026, 12, 1), date(2026, 12, 1)),
		(Rule(AFTER_ASSIGNMENT, 30), date(2020, 1, 1), date(2026, 12, 22)),
		(Rule(AFTER_ASSIGNMENT, 0), None, TODAY),
		(Rule(FIXED_DATE, fixed_date=date(2026, 3, 31)), None, date(2026, 3, 31)),
		(Rule(FIXED_DATE, fixed_date=date(2020, 3, 31), period=Period(12)), None, date(2027, 3, 31)),
		(Rule(FIXED_DATE, fixed_date=date(2027, 3, 31), period=Period(12)), None, date(2027, 3, 31)),
		(Rule(FIXED_DATE, fixed_date=date(2030, 3, 31), period=Period(12)), None, date(2027, 3, 31)),
		(Rule(FIXED_DATE, fixed_date=date(2026, 11, 22), period=Period(12)), None, TODAY),
		(Rule(FIXED_DATE, fixed_date=date(2024, 1, 31), period=Period(1)), None, date(2026, 11, 30)),
	],
)
def test_first_due(rule, joined, due):
	assert first_due(rule, TODAY, joined) == due


@given(rule=repeated_rules(by_calendar=True), day=DAYS)
def test_an_occurrence_is_the_first_one_from_the_day(rule, day):
	assert occurrence_from(rule, day) == min(each for each in occurrences(rule) if each >= day)


class TestNext:
	def test_nothing_follows_what_does_not_repeat(self):
		assert cycle_after(Rule(), 1, TODAY, TODAY, TODAY) is None

	def test_counted_from_the_completion(self):
		rule = Rule(period=Period(12), window_days=30)
		found = cycle_after(rule, 1, date(2026, 12, 31), date(2026, 11, 1), TODAY)
		assert (found.number, found.due, found.opens) == (2, date(2027, 11, 1), date(2027, 10, 2))
		assert found.renews == date(2026, 11, 1)

	def test_counted_from_the_due_date(self):
		rule = Rule(period=Period(12), window_days=30, renew_from=FROM_DUE_DATE)
		found = cycle_after(rule, 1, date(2026, 12, 31), date(2026, 11, 1), TODAY)
		assert (found.due, found.opens) == (date(2027, 12, 31), date(2027, 12, 1))

	def test_of_a_date_stays_on_the_date_however_late_it_was_done(self):
		rule = Rule(FIXED_DATE, fixed_date=date(2024, 3, 31), period=Period(12), window_days=60)
		found = cycle_after(rule, 1, date(2024, 3, 31), date(2024, 11, 1), date(2024, 11, 2))
		assert (found.number, found.due) == (2, date(2025, 3, 31))

	def test_done_in_the_window_of_a_later_round_counts_for_that_round(self):
		rule = Rule(FIXED_DATE, fixed_date=date(2024, 3, 31), period=Period(12), window_days=60)
		found = cycle_after(rule, 1, date(2024, 3, 31), date(2025, 3, 1), date(2025, 3, 2))
		assert (found.number, found.due) == (3, date(2026, 3, 31))

	def test_missed_rounds_are_caught_up_once(self):
		rule = Rule(FIXED_DATE, fixed_date=date(2021, 3, 31), period=Period(12), window_days=60)
		found = cycle_after(rule, 1, date(2021, 3, 31), date(2021, 3, 1), TODAY)
		assert (found.number, found.due) == (6, date(2026, 3, 31))

	def test_the_end_of_a_month_does_not_drift(self):
		rule = Rule(FIXED_DATE, fixed_date=date(2026, 1, 31), period=Period(1))
		found = cycle_after(rule, 2, date(2026, 2, 28), date(2026, 2, 20), date(2026, 2, 21))
		assert found.due == date(2026, 3, 31)

	def test_waived_counts_from_its_due_date(self):
		found = cycle_after(Rule(period=Period(12)), 3, date(2026, 6, 1), None, TODAY)
		assert (found.number, found.due, found.renews) == (4, date(2027, 6, 1), None)

	@pytest.mark.parametrize(
		("completed", "due"),
		[
			(date(2026, 3, 1), date(2027, 3, 31)),  # in the window of March 2026
			(date(2025, 11, 1), date(2026, 3, 31)),  # too early for it: the round of March 2025, late
		],
	)
	def test_an_earlier_completion_counts_for_its_round(self, completed, due):
		rule = Rule(FIXED_DATE, fixed_date=date(2020, 3, 31), period=Period(12), window_days=60)
		assert cycle_after_earlier(rule, completed, date(2026, 3, 2)).due == due

	@given(rule=repeated_rules(), due=DAYS, late=st.integers(-200, 900), wait=st.integers(0, 2_000))
	def test_is_later_and_only_one(self, rule, due, late, wait):
		completed = due + timedelta(days=late)
		today = completed + timedelta(days=wait)
		found = cycle_after(rule, 1, due, completed, today)
		assert found.number > 1
		assert found.opens > completed
		assert found.opens <= max(found.due, completed + timedelta(days=1))
		if rule.by_calendar or rule.renew_from == FROM_DUE_DATE:
			assert found.due > due
			# the one after it is not open yet: nothing is caught up twice
			again = cycle_after(rule, found.number, found.due, None, found.due)
			assert again.due > found.due
		else:
			assert found.due == rule.period.after(completed)

	@given(rule=repeated_rules(by_calendar=True), done=DAYS, day=DAYS)
	def test_of_a_date_is_an_occurrence_of_it(self, rule, done, day):
		assume(day >= done)
		assert cycle_after_earlier(rule, done, day).due in occurrences(rule)


def test_the_day_is_the_one_of_the_place():
	night = datetime(2026, 11, 22, 23, 30, tzinfo=timezone.utc)
	assert today_in(ZoneInfo("UTC"), night) == date(2026, 11, 22)
	assert today_in(ZoneInfo("Asia/Tokyo"), night) == date(2026, 11, 23)
	assert today_in(ZoneInfo("America/Los_Angeles"), night) == date(2026, 11, 22)
