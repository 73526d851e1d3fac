"""How long something is valid, counted in months or days."""

from datetime import date

import pytest

import frappe

from smooth_lms.base.periods import Period, require_one_unit


@pytest.mark.parametrize(
	("begins", "months", "ends"),
	[
		(date(2026, 11, 29), 24, date(2028, 11, 29)),
		(date(2024, 2, 29), 12, date(2025, 2, 28)),
		(date(2024, 2, 29), 24, date(2026, 2, 28)),
		(date(2024, 2, 29), 48, date(2028, 2, 29)),
		(date(2026, 8, 31), 6, date(2027, 2, 28)),
		(date(2027, 8, 31), 6, date(2028, 2, 29)),
	],
)
def test_months_end_on_the_same_day_or_the_last_of_a_month_without_it(begins, months, ends):
	assert Period(months=months).after(begins) == ends


def test_days_are_counted():
	assert Period(days=730).after(date(2023, 6, 1)) == date(2025, 5, 31)


def test_later_rounds_are_counted_from_the_first_day():
	assert [Period(months=1).after(date(2027, 1, 31), times) for times in (1, 2)] == [
		date(2027, 2, 28),
		date(2027, 3, 31),
	]


def test_both_units_are_refused():
	require_one_unit(24, 0)
	require_one_unit(None, 730)
	with pytest.raises(frappe.ValidationError, match="months or days"):
		require_one_unit(24, 730)
