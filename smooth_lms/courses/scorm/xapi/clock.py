"""Times as xAPI writes them: in UTC, with what the database keeps of a second."""

from datetime import datetime, timezone
from zoneinfo import ZoneInfo

from frappe.utils import get_system_timezone, now_datetime


def now() -> str:
	"""The time."""
	return as_text(now_datetime())


def as_text(moment: datetime) -> str:
	"""A time of the database."""
	return in_utc(moment).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def in_utc(moment: datetime) -> datetime:
	"""A time of the database, which is that of the site's zone."""
	return moment.replace(tzinfo=ZoneInfo(get_system_timezone())).astimezone(timezone.utc)
