"""Shares in percent: the one place that says how they are rounded and how they are written."""

import math

from babel.core import UnknownLocaleError
from babel.numbers import format_decimal

import frappe

ALMOST = 1e-9
"""What binary fractions lose: 0.145 is a little less than it looks."""


def rounded(value: float | None, decimals: int = 0) -> float:
	"""A number rounded as people do it: half a step goes up. None counts as 0."""
	steps = 10**decimals
	found = math.floor((value or 0) * steps + 0.5 + ALMOST) / steps
	return found if decimals else int(found)


def share(part: float, whole: float, decimals: int = 2) -> float:
	"""`part` of `whole` in percent, rounded; 0 where there is no whole."""
	return rounded(100 * part / whole, decimals) if whole else 0.0


def way(done: float, whole: float) -> int:
	"""How much of a way is done, in whole percent: 100 only at its end, and 0 only where nothing is done."""
	if done <= 0 or not whole:
		return 0
	return 100 if done >= whole else min(max(rounded(100 * done / whole), 1), 99)


def shown(value: float | None) -> str:
	"""A number as the reader's language writes it, with two decimals at most: `66.67`, `66,67`, `70`."""
	try:
		locale = (frappe.local.lang or "en").replace("-", "_")
		return format_decimal(rounded(value, 2), format="0.##", locale=locale)
	except (UnknownLocaleError, ValueError):
		return format_decimal(rounded(value, 2), format="0.##", locale="en")
