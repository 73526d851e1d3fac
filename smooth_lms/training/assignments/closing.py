"""How an assignment ends: completed, cancelled or waived. The only place that closes one."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import frappe

from smooth_lms.courses import enrollment, licences
from smooth_lms.training.assignments import ledger
from smooth_lms.training.assignments.ledger import NEXT_RUN
from smooth_lms.training.deciding.plan import BY_HAND, CANCELLED, COMPLETED, WAIVED
from smooth_lms.training.requirement import rules

LONGEST_REASON = 500


def counts(day: date, renews: date | None) -> bool:
	"""Whether a completion on `day` is one for an assignment that renews the completion of `renews`: a later one is."""
	return not renews or day > renews


def complete(days: Mapping[str, date], review_on: Mapping[str, date | None] | None = None) -> list[str]:
	"""Close open assignments as completed.

	Args:
	        days: for each name the day of completion.
	        review_on: for each name when to look at it again; by default the next run works out when the next cycle opens.

	Returns the names that were closed; what somebody else has closed meanwhile is left out.
	"""
	return ledger.change(
		{
			name: {
				"status": COMPLETED,
				"completed_on": day,
				"paused_since": None,
				"review_on": review_on[name] if review_on else NEXT_RUN,
				"open_mark": None,
			}
			for name, day in days.items()
		}
	)


def cancel(rows: Iterable[frappe._dict], because: Mapping[str, str]) -> list[str]:
	"""Take open assignments back by rule, with what nobody has used of them.

	Args:
	        rows: with name, member, course and attempt.
	        because: for each name one of `plan.TAKEN_BACK`.

	Returns the names that were closed.
	"""
	return _close(rows, CANCELLED, because, None)


def cancel_by_hand(rows: Iterable[frappe._dict], reason: str) -> list[str]:
	"""Take open assignments back because somebody decided so; as `cancel`. Args: reason, in words."""
	found = list(rows)
	return _close(found, CANCELLED, {row.name: BY_HAND for row in found}, reason)


def waive(rows: Iterable[frappe._dict], reason: str) -> list[str]:
	"""Let people off open assignments; as `cancel_by_hand`."""
	found = list(rows)
	return _close(found, WAIVED, {row.name: BY_HAND for row in found}, reason)


def give_back(rows: Iterable[Mapping[str, Any]]) -> int:
	"""End the access that closed assignments gave to courses nobody has started, and return the licences.

	Where the course has no limit any more only the licence goes back, so that it does not count for ever.

	Args: rows with member, course and attempt. Returns how many licences went back.
	"""
	wanted = {(row["member"], row["course"], row["attempt"]) for row in rows if row["attempt"]}
	if not wanted:
		return 0
	stock = licences.lock_stock({course for _member, course, _attempt in wanted})
	counted = {course for course, each in stock.items() if each.in_use}
	if not counted:
		return 0
	# read under the lock: somebody else may have given it back since this transaction began
	held = [
		row
		for row in enrollment.attempts({member for member, _c, _a in wanted}, counted, lock=True)
		if (row.member, row.course, row.attempt) in wanted
		and row.status == "Not Started"
		and row.licence_state == licences.ASSIGNED
	]
	enrollment.take_access([row.name for row in held if stock[row.course].bought])
	enrollment.set_licences([row.name for row in held if not stock[row.course].bought], licences.RETURNED)
	licences.count({course: -number for course, number in Counter(row.course for row in held).items()})
	return len(held)


def _close(
	rows: Iterable[frappe._dict], status: str, because: Mapping[str, str], reason: str | None
) -> list[str]:
	by_name, day = {row.name: row for row in rows}, rules.today()
	done = ledger.change(
		{
			name: {
				"status": status,
				"closed_because": because[name],
				"close_reason": reason.strip()[:LONGEST_REASON] if reason else None,
				"closed_on": day,
				"closed_by": frappe.session.user,
				"paused_since": None,
				# the next run works out when the next cycle opens
				"review_on": NEXT_RUN,
				"open_mark": None,
			}
			for name in by_name
		}
	)
	give_back([by_name[name] for name in done])
	return done
