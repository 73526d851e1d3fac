"""New people and people whom HR has changed: their training follows at once, by the code of the nightly run."""

from collections.abc import Sequence

import frappe

from smooth_lms.base.settings import setting_number
from smooth_lms.base.transactions import hand_over_after_commit, is_at_once
from smooth_lms.training.assignments import assign, ledger, status
from smooth_lms.training.requirement import rules

AT_ONCE = 200
"""More people than that at a time go to the queue for long jobs."""


def joined(users: Sequence[str]) -> None:
	"""Hook: these people have become learners; what is mandatory is assigned in the background after the commit."""
	if setting_number("assign_new_people"):
		_later(users)


def changed(users: Sequence[str]) -> None:
	"""HR has changed something about these people, or they have left or come back."""
	_later(users)


def follow(users: Sequence[str]) -> None:
	"""The background job: pauses and assignments of these people, a transaction for each part. Repeatable."""
	for part in assign.chunks(list(users)):
		bring_in_line(part)
		frappe.db.commit()


def bring_in_line(users: Sequence[str]) -> None:
	"""Pauses and assignments of a few people, in the present transaction."""
	status.close_for_leavers(users)
	status.resume(users)
	status.pause(users)
	assign.assign_for(users)


def _later(users: Sequence[str]) -> None:
	people = list(users)
	if not people or not (rules.active_keys() or ledger.people_with_open(people)):
		return
	# whoever joins is told of twice, as somebody who has joined and as somebody who has changed
	hand_over_after_commit(_hand_over, people)


def _hand_over(people: list[str]) -> None:
	"""Do it in the job that has just committed, if that is willing; what fails there is left to a job of its own."""
	if is_at_once():
		try:
			follow(people)
			return
		except Exception:  # what has brought it here is committed, and must not look as if it had failed
			frappe.db.rollback()
			frappe.logger("smooth_lms").exception("Training of people whom HR has changed waits for a job")
	_enqueue(people)


def _enqueue(people: list[str]) -> None:
	frappe.enqueue(
		"smooth_lms.training.newcomers.follow",
		queue="short" if len(people) <= AT_ONCE else "long",
		users=people,
	)
