"""Seats that are held for somebody, on a cohort whose row is locked: by a request (LMS Enrollment Request), by an offer."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import frappe
from frappe.utils import get_system_timezone, getdate, now_datetime

from smooth_lms.base.reads import read_rows
from smooth_lms.base.rows import record_changes, update_rows
from smooth_lms.cohorts import schedule

DOCTYPE = "LMS Enrollment Request"
OPEN, APPROVED, REFUSED, EXPIRED, WITHDRAWN = "Open", "Approved", "Refused", "Expired", "Withdrawn"
OFFER_HOURS = 48
"""So long a seat is offered where the cohort says nothing."""
MARK = "1"
"""What `open_mark` holds while a request is open; nothing afterwards, so that a unique index lets people ask again."""


def offer_ends(row: frappe._dict) -> datetime:
	"""Until when a seat that is offered now is held, by the site's clock; no longer than people can be enrolled.

	Args: row, of LMS Batch.
	"""
	end = now_datetime() + timedelta(hours=row.offer_hours or OFFER_HOURS)
	return min(end, last_moment(row))


def last_moment(row: frappe._dict) -> datetime:
	"""Until when somebody can be enrolled, by the site's clock. Args: row, of LMS Batch."""
	zone = row.timezone or get_system_timezone()
	moments = [schedule.starts_at(getdate(row.start_date), schedule.clock(row.start_time), zone)]
	if row.late_enrollment_until:
		moments.append(schedule.late_until(getdate(row.late_enrollment_until), zone))
	return max(moments).astimezone(ZoneInfo(get_system_timezone())).replace(tzinfo=None)


def holders(batch: str, users: Collection[str], *, lock: bool) -> set[str]:
	"""Those of these Users for whom a seat of a cohort is held, lower-cased.

	Args: lock, what will be acted on is read as it is now: a request may have run out since this transaction's first read.
	"""
	held = {"batch": batch, "member": tuple(users), "open_mark": MARK, "holds_seat": 1}
	return {row.member.lower() for row in read_rows(DOCTYPE, ("member",), held, lock=lock)}


def use(row: frappe._dict, members: Collection[str]) -> None:
	"""Close the open requests of people who are in by now, whoever let them in. The caller saves the counters.

	Args: row, the locked LMS Batch row, whose `seats_held` falls.
	"""
	if not (row.seats_held or row.requires_approval) or not members:
		return
	wanted = {"batch": row.name, "member": tuple(members), "open_mark": MARK}
	found = read_rows(DOCTYPE, ("name", "holds_seat"), wanted, lock=True)
	row.seats_held -= sum(each.holds_seat for each in found)
	close([each.name for each in found], APPROVED, by=frappe.session.user)


def close(names: Collection[str], status: str, *, by: str | None = None, reason: str | None = None) -> None:
	"""Note the end of open requests and who decided. The seats they held are given back by the caller."""
	values: Mapping[str, Any] = {
		"status": status,
		"open_mark": None,
		"next_step_on": None,
		"holds_seat": 0,
		"decided_by": by,
		"decided_on": now_datetime(),
		"decision_reason": reason,
	}
	if names:
		update_rows(DOCTYPE, dict.fromkeys(names, values))
		record_changes(DOCTYPE, {name: [("status", OPEN, status)] for name in names})
