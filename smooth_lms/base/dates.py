"""Days in words, in the reader's language."""

from datetime import date
from functools import lru_cache
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date

import frappe
from frappe.utils import escape_html, getdate

from smooth_lms.base.words import _, plural

DAY = "EEE d MMM yyyy"
DAY_OF_SAME_YEAR = "EEE d MMM"


def days(first: date, last: date) -> str:
	"""A range of dates in words: `Mon 7 Dec – Fri 11 Dec 2026`."""
	if first == last:
		return day(first)
	return f"{day(first, DAY_OF_SAME_YEAR if first.year == last.year else DAY)} – {day(last)}"


def day(value: date, pattern: str = DAY) -> str:
	"""A date in words: `Mon 7 Dec 2026`, month and weekday in the reader's language."""
	return _formatted(value, pattern, (frappe.local.lang or "en").replace("-", "_"))


def days_until(value: date, today: date) -> str:
	"""How far away a date is, in words: `today`, `tomorrow`, `in 3 days`; empty for the past."""
	distance = (value - today).days
	if distance < 0:
		return ""
	if distance == 0:
		return _("today")
	return plural(distance, _("tomorrow"), _("in {0} days")).format(distance)


def chosen_day(value: Any) -> str:
	"""A date that came with a request, as YYYY-MM-DD. Raises ValidationError for what is none."""
	try:
		found = getdate(value)
	except Exception:  # the parsers raise what they like
		found = None
	if not found:
		frappe.throw(_("{0} is not a date: write it as YYYY-MM-DD.").format(escape_html(value)))
	return str(found)


@lru_cache(maxsize=10_000)
def _formatted(value: date, pattern: str, language: str) -> str:
	try:
		locale = Locale.parse(language)
	except (UnknownLocaleError, ValueError):
		locale = Locale("en")
	return format_date(value, pattern, locale=locale)
