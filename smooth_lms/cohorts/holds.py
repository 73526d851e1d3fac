"""Requests (LMS Enrollment Request) as the door sees them: the seats they hold, on a cohort whose row is locked."""

from collections.abc import Collection, Mapping
from typing import Any

import frappe
from frappe.utils import now_datetime

from smooth_lms.base.reads import read_rows
from smooth_lms.base.rows import record_changes, update_rows

DOCTYPE = "LMS Enrollment Request"
OPEN, APPROVED, REFUSED, EXPIRED, WITHDRAWN = "Open", "Approved", "Refused", "Expired", "Withdrawn"
MARK = "1"
"""What `open_mark` holds while a request is open; nothing afterwards, so that a unique index lets people ask again."""


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
