"""When the synchronization runs by itself."""

from datetime import datetime, timezone
from zoneinfo import ZoneInfo

import frappe
from frappe.utils import get_system_timezone

from smooth_lms.base.settings import setting
from smooth_lms.exceptions import SyncBusyError
from smooth_lms.learners.sync import alerts, run, undo
from smooth_lms.learners.sync.changes import DOCTYPE

HOURLY, WEEKDAYS, OFF = "Hourly", "Weekdays 08:00 UTC", "Off"
START_HOUR = 8


def hourly() -> None:
	"""Scheduler, each hour: go on with what is half undone, run if it is time, and raise the alarm if no run succeeds."""
	undo.go_on()
	if due(setting("sync_schedule"), datetime.now(timezone.utc), _last_scheduled()):
		try:
			run.run_now(trigger="Schedule")
		except SyncBusyError:
			frappe.clear_last_message()  # one is at work, or waits for a person; that is told elsewhere
			frappe.db.rollback()
	alerts.check()


def due(setting: str | None, now: datetime, last: datetime | None) -> bool:
	"""Whether a scheduled run shall start.

	Args: now, aware; last, when the last scheduled run began, aware.
	"""
	if setting == HOURLY:
		return True
	if setting != WEEKDAYS or now.weekday() > 4 or now.hour < START_HOUR:
		return False
	return last is None or last < now.replace(hour=START_HOUR, minute=0, second=0, microsecond=0)


def _last_scheduled() -> datetime | None:
	rows = frappe.get_all(
		DOCTYPE, filters={"trigger": "Schedule"}, fields=["creation"], order_by="creation desc", limit=1
	)
	return _aware(rows[0].creation) if rows else None


def _aware(moment: datetime) -> datetime:
	return moment.replace(tzinfo=ZoneInfo(get_system_timezone()))
