"""Carries a planned run out, chunk by chunk, together with whoever helps."""

import time
from collections.abc import Sequence

import frappe
from frappe.utils import now_datetime

from smooth_lms.base import locks
from smooth_lms.base.rows import update_rows
from smooth_lms.base.transactions import in_one_transaction
from smooth_lms.learners import onboarding
from smooth_lms.learners.sync import applier
from smooth_lms.learners.sync import planner as roster
from smooth_lms.learners.sync.changes import APPLIED, CHANGE, DISCARDED, DOCTYPE, FAILED, LOCK, PLANNED, dump
from smooth_lms.learners.sync.model import CREATE, LINK, Change

ROWS_A_CHUNK = 1_000
HELPERS = 3
"""Jobs that help with a large run, if there are workers for them."""


def call_helpers(run: str) -> None:
	chunks = len(_open_chunks(run))
	if frappe.flags.smooth_lms_no_helpers:
		return
	for number in range(min(HELPERS, chunks - 1)):
		try:
			frappe.enqueue(
				"smooth_lms.learners.sync.run.help_with",
				queue="long",
				timeout=3600,
				job_id=f"lms-sync-{run}-{number}",
				run=run,
			)
		except Exception:  # the leader can do it all
			frappe.logger("smooth_lms").exception("No help for the synchronization %s", run)
			return


def carry_out_now(run: str, changes: Sequence[Change]) -> None:
	"""Carry out changes that were planned in this very transaction, and keep them as done. Commits nothing."""
	outcome = applier.apply(changes)
	roster.note(changes, outcome, run=run)
	_count(run, len(changes), outcome)


def work(run: str, *, leads: bool = False) -> int:
	"""Carry out chunks that nobody else has; the leader stays until all are done. Returns how many it took."""
	done = 0
	while chunks := _open_chunks(run):
		busy = True
		for number in chunks:
			if aborted(run):
				return done
			with locks.hold(f"{LOCK}-{run}-{number}") as taken:
				if taken:
					busy = False
					done += _carry_out(run, number)
		if busy:
			if not leads:
				return done
			time.sleep(0.2)
	return done


def _carry_out(run: str, number: int) -> bool:
	"""Whether there still was something to do."""
	# a new snapshot each time: whoever had this chunk before may have finished it
	return bool(in_one_transaction(lambda: _apply_chunk(run, number)))


def _apply_chunk(run: str, number: int) -> int:
	"""Returns how many planned changes it dealt with."""
	kept = frappe.get_all(
		CHANGE,
		filters={"run": run, "batch_no": number, "state": PLANNED},
		fields=["name", "learner", "employee", "action"],
		limit=0,
	)
	if not kept:
		return 0
	planner = roster.Planner([row.employee for row in kept if row.employee], [row.learner for row in kept])
	now_planned = {
		change.user.casefold(): change for planned in planner.chunks() for change in planned.changes
	}
	todo: dict[str, Change] = {}
	for row in kept:
		change = now_planned.get(row.learner.casefold())
		# what HR has said since the plan was made is for the next run, and for nobody's approval of this one
		if change and change.action == row.action:
			todo[row.name] = change
	outcome = applier.apply(list(todo.values()))
	done = {change.user for change in outcome.done}
	moment = now_datetime()
	values = {}
	for row in kept:
		change = todo.get(row.name)
		applied = bool(change and change.user in done)
		values[row.name] = {
			"state": APPLIED if applied else FAILED if change else DISCARDED,
			"applied_on": moment if applied else None,
			"error": outcome.failed.get(change.user) if change else None,
			"before": dump(change.before) if change else None,
			"after": dump(change.after) if change else None,
		}
	update_rows(CHANGE, values)
	_count(run, len(kept), outcome)
	return len(kept)


def _count(run: str, processed: int, outcome: applier.Outcome) -> None:
	table = frappe.qb.DocType(DOCTYPE)
	(
		frappe.qb.update(table)  # sql: numbers and nothing else
		.set(table.processed, table.processed + processed)
		.set(table.failed, table.failed + len(outcome.failed))
		.set(table.seats_freed, table.seats_freed + outcome.seats)
		.set(table.licences_returned, table.licences_returned + outcome.licences)
		.set(table.last_step_on, now_datetime())
		.where(table.name == run)
	).run()


def introduce_new_managers(run: str) -> None:
	"""People whose manager got an account in this run get their approver."""
	managers = frappe.get_all(
		CHANGE,
		filters={"run": run, "state": APPLIED, "action": ["in", [CREATE, LINK]]},
		pluck="employee",
		limit=0,
	)
	for start_at in range(0, len(managers), ROWS_A_CHUNK):
		part = managers[start_at : start_at + ROWS_A_CHUNK]
		team = frappe.get_all("Employee", filters={"reports_to": ["in", part]}, pluck="name", limit=0)
		for first in range(0, len(team), ROWS_A_CHUNK):
			roster.follow(team[first : first + ROWS_A_CHUNK], run=run, with_team=False)
			frappe.db.commit()


def follow_onboardings() -> int:
	enrolled = 0
	for name in onboarding.waiting():
		try:
			enrolled += onboarding.follow([name])
			frappe.db.commit()
		except Exception:
			frappe.db.rollback()
			frappe.log_error(title=f"Smooth LMS could not follow Employee Onboarding {name}"[:140])
			frappe.db.commit()
	return enrolled


def aborted(run: str) -> bool:
	return bool(frappe.db.get_value(DOCTYPE, run, "abort_requested"))


def discard_planned(run: str) -> None:
	table = frappe.qb.DocType(CHANGE)
	# sql: a word of ours
	frappe.qb.update(table).set(table.state, DISCARDED).where(
		(table.run == run) & (table.state == PLANNED)
	).run()


def plan_discarded_again(run: str) -> None:
	"""What was left of a run that goes on is planned once more."""
	table = frappe.qb.DocType(CHANGE)
	# sql: a word of ours
	frappe.qb.update(table).set(table.state, PLANNED).where(
		(table.run == run) & (table.state == DISCARDED)
	).run()


def _open_chunks(run: str) -> list[int]:
	frappe.db.commit()  # a new snapshot shows what others have done meanwhile
	table = frappe.qb.DocType(CHANGE)
	return (
		frappe.qb.from_(table)
		.select(table.batch_no)
		.distinct()
		.where((table.run == run) & (table.state == PLANNED))
		.orderby(table.batch_no)
	).run(pluck=True)
