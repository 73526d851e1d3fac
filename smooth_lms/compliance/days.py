"""Days counted from others, for very many rows of which most have the same."""

from datetime import date, datetime, timedelta
from functools import lru_cache

from frappe.utils import getdate


@lru_cache(maxsize=4_096)
def day_of(value: date | datetime | str) -> date:
	"""The day of a date, a point in time, or either as text."""
	return getdate(value)


def days_after(value: date | datetime | str, days: int) -> date:
	"""The day so many days after another."""
	return day_of(value) + timedelta(days=days)
