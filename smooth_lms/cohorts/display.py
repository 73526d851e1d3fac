"""Dates and times of cohorts in words, for pages and mails."""

from datetime import date

from frappe import _
from frappe.utils import format_date, getdate

from smooth_lms.cohorts.schedule import clock


def when(batch) -> str:
	"""A cohort's dates and daily hours with its time zone, such as `Mon 7 Dec 2026, 09:00–17:00 (Berlin)`.

	Args: batch, an LMS Batch document or row.
	"""
	start, end = getdate(batch.start_date), getdate(batch.end_date)
	days = day(start) if start == end else f"{day(start)} – {day(end)}"
	begin, close = clock(batch.start_time), clock(batch.end_time)
	hours = "–".join(each.strftime("%H:%M") for each in (begin, close) if each)
	place = zone_label(batch.timezone)
	return ", ".join(part for part in (days, hours) if part) + (f" ({place})" if place else "")


def day(value: date) -> str:
	"""A date in words: `Mon 7 Dec 2026`, month and weekday in the reader's language."""
	return format_date(value, "EEE d MMM yyyy")


def zone_label(zone_name: str | None) -> str:
	"""The place a time zone is named after: `Europe/Berlin` becomes `Berlin`."""
	return _(zone_name.rpartition("/")[2].replace("_", " ")) if zone_name else ""
