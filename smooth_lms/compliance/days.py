"""Days of points in time, for very many rows of which most have the same."""

from datetime import date, datetime
from functools import lru_cache

from frappe.utils import getdate

from smooth_lms.base.periods import Period


@lru_cache(maxsize=4_096)
def day_of(value: date | datetime | str) -> date:
	"""The day of a date, a point in time, or either as text."""
	return getdate(value)


@lru_cache(maxsize=4_096)
def end_of(period: Period, begins: date) -> date | None:
	"""The last day of a period that begins on a day; None where it never ends."""
	return period.after(begins) if period else None
