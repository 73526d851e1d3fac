"""What changes with a seat, on a cohort whose row is locked: its counters, the history, course access and mail."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NoReturn

import frappe

from smooth_lms.base.rows import record_changes, set_value
from smooth_lms.cohorts import confirmation, facts, telling
from smooth_lms.cohorts.admission import SEATED, WAITLISTED
from smooth_lms.cohorts.gate import DOCTYPE
from smooth_lms.cohorts.schedule import UTC
from smooth_lms.courses import enrollment as course_enrollment
from smooth_lms.exceptions import Refusal, UnknownBatchError

CHUNK = 1_000
"""How many people are read and written by one statement."""


def now_utc() -> datetime:
	"""The present moment, aware; the one clock of the door."""
	return datetime.now(UTC)


def lock(batch: str) -> frappe._dict:
	"""The cohort's row, held until the transaction ends. Raises UnknownBatchError."""
	row = facts.lock(batch)
	if not row:
		refuse(UnknownBatchError(batch=batch), None)
	return row


def refuse(refusal: Refusal, member: str | None) -> NoReturn:
	"""Raise a refusal in the words for whoever asks: the person themself, or somebody else about `member`."""
	about_other = member and member != frappe.session.user
	frappe.throw(refusal.about(member) if about_other else refusal.text, type(refusal))


def count(row: frappe._dict, status: str | None, people: int, *, offered: bool = False) -> None:
	"""Add so many people with a status to the counters of the row; `save_counts` writes them.

	Args: offered, a seat is offered to them: it is held, and they wait no longer.
	"""
	if status in SEATED:
		row.seats_taken += people
	elif status == WAITLISTED and offered:
		row.seats_held += people
	elif status == WAITLISTED:
		row.waitlist_count += people


def save_counts(row: frappe._dict) -> None:
	"""Write the counters of a locked row, and that its people may have to hear of something."""
	counts = {
		field: row[field] for field in ("seats_taken", "seats_held", "waitlist_count", "waitlist_serial")
	}
	row.tell_on = counts["tell_on"] = row.tell_on or telling.due_moment()
	set_value("LMS Batch", row.name, counts, update_modified=False)


def record_status(rows: Mapping[str, dict], before: str) -> None:
	"""Note changes of status in the history of enrollments. Args: rows, their new values by name."""
	record_changes(DOCTYPE, {name: [("status", before, values["status"])] for name, values in rows.items()})


def seat(row: frappe._dict, people: Mapping[str, tuple[str, str]], courses: Sequence[frappe._dict]) -> None:
	"""Open the courses to people who got a seat, and send them the confirmation after the commit.

	Args: people, the (member, full name) by enrollment.
	"""
	course_enrollment.enroll(dict(people.values()), [course.course for course in courses], batch=row.name)
	confirmation.queue(list(people))
