"""Free seats go to those who wait, in the order in which they asked; on a cohort whose row is locked."""

from collections.abc import Mapping
from typing import Any

import frappe
from frappe.utils import now_datetime

from smooth_lms.base.rows import update_rows
from smooth_lms.cohorts import admission, confirmation, facts, holds, notices, seating, telling
from smooth_lms.cohorts.admission import ENROLLED, WAITLISTED
from smooth_lms.cohorts.gate import DOCTYPE
from smooth_lms.cohorts.seating import CHUNK


def fill_free_seats(batch: str) -> list[str]:
	"""Give free seats to those who wait, in their order. Returns the enrollments promoted."""
	return promote(seating.lock(batch))


def promote(row: frappe._dict) -> list[str]:
	"""Fill free seats from the waitlist, in its order, and say who got one."""
	promoted: list[str] = []
	if not row.waitlist_count:
		return promoted
	courses = facts.courses_of([row.name])[row.name]
	after, now = 0, seating.now_utc()
	while (free := _free_seats(row)) and row.waitlist_count:
		cohort = facts.cohort(row, courses)
		if admission.opening_refusal(cohort) or admission.timing_refusal(cohort, now):
			break
		waiting = _next_waiting(row.name, after, min(free, CHUNK))
		if not waiting:
			break
		after = waiting[-1].waitlist_position
		people = facts.candidates(row, [each.member for each in waiting])
		ready = {
			each.name: (each.member, each.member_name)
			for each in waiting
			if not admission.promotion_refusal(cohort, people[each.member].member, now)
		}
		if row.confirm_offers:
			_offer(row, ready)
			continue
		_take_off_waitlist(row, ready)
		seating.seat(row, ready, courses)
		promoted += ready
	return promoted


def _next_waiting(batch: str, after: int, limit: int) -> list[frappe._dict]:
	# a locking read: it sees people who joined the waitlist after this transaction's first read. The range is
	# never empty here (the locked cohort says somebody waits), so it cannot block other cohorts' inserts for long
	table = frappe.qb.DocType(DOCTYPE)
	return (
		frappe.qb.from_(table)
		.select(table.name, table.member, table.member_name, table.waitlist_position)
		.where((table.batch == batch) & (table.status == WAITLISTED) & (table.waitlist_position > after))
		.where(table.offered_until.isnull())
		.orderby(table.waitlist_position)
		.limit(limit)
		.for_update()
	).run(as_dict=True)


def _take_off_waitlist(row: frappe._dict, people: Mapping[str, Any]) -> None:
	if not people:
		return
	values = {
		"status": ENROLLED,
		"enrolled_on": now_datetime(),
		"waitlist_position": 0,
		"confirmation_due": int(confirmation.wanted()),
	}
	update_rows(DOCTYPE, dict.fromkeys(people, values))
	seating.record_status(dict.fromkeys(people, values), WAITLISTED)
	seating.count(row, WAITLISTED, -len(people))
	seating.count(row, ENROLLED, len(people))
	seating.save_counts(row)


def _offer(row: frappe._dict, people: Mapping[str, Any]) -> None:
	"""Hold free seats for people who wait, until they accept or the offer runs out: see `offers.py`."""
	if not people:
		return
	until = holds.offer_ends(row)
	update_rows(DOCTYPE, {name: {"offered_until": until} for name in people})
	seating.count(row, WAITLISTED, -len(people))
	seating.count(row, WAITLISTED, len(people), offered=True)
	seating.save_counts(row)
	telling.tell_people(
		notices.OFFERED, row.name, [member for member, _name in people.values()], at_once=True
	)


def _free_seats(row: frappe._dict) -> int:
	if not row.seat_count:
		return row.waitlist_count
	return max(row.seat_count - row.seats_taken - row.seats_held, 0)
