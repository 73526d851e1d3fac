"""Live classes and the timetable over HTTP. Refusals carry their class, sentence and status."""

from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html

from smooth_lms import permissions
from smooth_lms.api.arguments import checked, single_values
from smooth_lms.base.transactions import tried_again_on_deadlock
from smooth_lms.cohorts import attendance_sheet, calendar, live_classes, timetable


@frappe.whitelist(methods=["GET", "POST"])
@checked
def get_timetable(past: bool = False) -> list[dict[str, Any]]:
	"""The signed-in user's sessions and live classes by day: see `timetable.agenda`."""
	return timetable.agenda(permissions.require_portal(), past=bool(past))


@frappe.whitelist(methods=["POST"])
@checked
@tried_again_on_deadlock
def join(live_class: str) -> str:
	"""Let the signed-in user into a class and note that they came.

	Returns the link. Raises LiveClassClosedError (403) outside its time and for people who are not in the cohort.
	"""
	return live_classes.join(live_class, permissions.require_portal())


@frappe.whitelist(methods=["POST"])
@checked
def mark_attendance(live_class: str, statuses: dict | str) -> int:
	"""Set who came. For those who run the cohort.

	Args: statuses, Present, Late, Absent or Excused by User. Returns how many rows changed.
	"""
	permissions.require_login()
	batch = frappe.db.get_value(live_classes.DOCTYPE, live_class, "batch")
	if not batch:
		sentence = _("There is no live class {0}.")
		frappe.throw(sentence.format(escape_html(live_class)), frappe.DoesNotExistError)
	return mark_at(batch, f"class-{live_class}", single_values(statuses))


@tried_again_on_deadlock
def mark_at(batch: str, key: str, statuses: dict[str, str]) -> int:
	"""As `attendance_sheet.mark`."""
	return attendance_sheet.mark(batch, key, statuses)


@frappe.whitelist(methods=["POST"])
@checked
def get_calendar_address(renew: bool = False) -> str:
	"""The address of the signed-in user's calendar; with `renew` another one, and the old one stops working."""
	user = permissions.require_portal()
	return calendar.renew_feed(user) if renew else calendar.feed_address(user)
