"""People who leave the company leave their cohorts: the seats that are still ahead of them are given to others."""

from collections.abc import Collection, Mapping, Sequence

import frappe
from frappe.utils import today

from smooth_lms.cohorts import enrollment, withdrawal
from smooth_lms.cohorts.admission import ENROLLED, WAITLISTED
from smooth_lms.cohorts.outcomes import REFUSED
from smooth_lms.cohorts.requests import deciding


def seats_ahead(members: Collection[str]) -> dict[str, list[str]]:
	"""The cohorts that have not ended and in which these people have a seat or wait for one, by member."""
	taken, batch = frappe.qb.DocType("LMS Batch Enrollment"), frappe.qb.DocType("LMS Batch")
	rows = (
		frappe.qb.from_(taken)
		.join(batch)
		.on(batch.name == taken.batch)
		.select(taken.member, taken.batch)
		.where(
			taken.member.isin(list(members) or [""])
			& taken.status.isin([ENROLLED, WAITLISTED])
			& (batch.end_date >= today())
		)
	).run()
	found: dict[str, list[str]] = {}
	for member, name in rows:
		found.setdefault(member, []).append(name)
	return found


def free_seats(members: Collection[str], *, reason: str) -> dict[str, list[tuple[str, str]]]:
	"""Withdraw these people from every cohort that has not ended; whoever waits there moves up.

	Returns (cohort, status they had) by member. A fixed number of queries for each cohort.
	"""
	by_batch: dict[str, list[str]] = {}
	for member, batches in seats_ahead(members).items():
		for batch in batches:
			by_batch.setdefault(batch, []).append(member)
	freed: dict[str, list[tuple[str, str]]] = {}
	# one order for everybody: two runs must not lock each other out
	for batch in sorted(by_batch):
		for member, status in withdrawal.withdraw_many(batch, by_batch[batch], reason=reason).items():
			freed.setdefault(member, []).append((batch, status))
	deciding.withdraw_all(members, reason=reason)
	return freed


def take_back(seats: Mapping[str, Sequence[tuple[str, str]]], *, reason: str) -> list[str]:
	"""Undo `free_seats`: enroll people again in the cohorts they were taken out of, full or begun as these may be.

	Args: seats, what `free_seats` returned; reason, kept as the reason for the exception.
	Returns a sentence for each seat that could not be given back.
	"""
	by_batch: dict[tuple[str, str], list[str]] = {}
	for member, taken in seats.items():
		for batch, status in taken:
			by_batch.setdefault((batch, status), []).append(member)
	refused: list[str] = []
	for batch, status in sorted(by_batch):
		# somebody who waited waits again, behind the others; somebody who had a seat gets one
		exception = reason if status == ENROLLED else None
		report = enrollment.enroll_many(
			batch, sorted(by_batch[batch, status]), source="HR", override_reason=exception
		)
		refused += [
			f"{batch}, {row['member']}: {row['reason']}"
			for row in report["rows"]
			if row["outcome"] == REFUSED
		]
	return refused
