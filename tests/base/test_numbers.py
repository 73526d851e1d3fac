"""Shares in percent: rounded in one place, written in one way."""

import pytest

import frappe

from smooth_lms.base import numbers


@pytest.mark.parametrize(
	("part", "whole", "decimals", "expected"),
	[
		(2, 3, 2, 66.67),
		(1, 3, 2, 33.33),
		(1, 8, 1, 12.5),
		(5, 8, 0, 63),  # Python's own rounding would go to the even number
		(29, 200, 0, 15),
		(7, 10, 2, 70),
		(0, 0, 2, 0),
	],
)
def test_a_share_is_rounded_half_up(part, whole, decimals, expected):
	assert numbers.share(part, whole, decimals) == expected


@pytest.mark.parametrize(
	("done", "whole", "expected"),
	[(0, 3, 0), (1, 3, 33), (2, 3, 67), (3, 3, 100), (399, 400, 99), (1, 400, 1), (0, 0, 0), (1, 0, 0)],
)
def test_a_way_is_at_its_end_only_when_it_is(done, whole, expected):
	assert numbers.way(done, whole) == expected


@pytest.mark.parametrize(
	("value", "language", "expected"),
	[
		(66.666, "en", "66.67"),
		(66.666, "de", "66,67"),
		(70.0, "en", "70"),
		(62.5, "pt-BR", "62,5"),
		(66.666, "xx-unknown", "66.67"),
		(None, "en", "0"),
	],
)
def test_numbers_are_written_as_the_readers_language_does(value, language, expected, monkeypatch):
	monkeypatch.setattr(frappe.local, "lang", language)
	assert numbers.shown(value) == expected
