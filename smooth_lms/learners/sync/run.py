"""The synchronization: one run compares everybody with HR and repairs what differs.

A run plans first. Then it is held if it would archive too many people, or carried out. What makes no accounts and
is not much is carried out in the transaction that planned it. Otherwise every planned change is kept, and carried
out in chunks of one transaction each; a chunk plans its people anew before it writes, so it may be repeated. A run
that was killed is simply followed by the next, or goes on where it was. How a run is begun, stopped, continued and
swept is in `base/runs.py`.
"""

import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

from pypika.functions import Count

import frappe
from frappe import _
from frappe.utils import cint, escape_html, flt, now_datetime

from smooth_lms.base import runs as engine
from smooth_lms.base.rows import insert_rows, set_single, set_value
from smooth_lms.base.run_kind import ABORTED, COMPLETED, FAILED, QUEUED, RUNNING, RunKind
from smooth_lms.base.transactions import in_one_transaction
from smooth_lms.cohorts import leaving
from smooth_lms.courses import enrollment as course_enrollment
from smooth_lms.exceptions import SyncBusyError
from smooth_lms.learners.sync import alerts, chunks, settled, tidy
from smooth_lms.learners.sync import planner as roster
from smooth_lms.learners.sync.changes import APPLIED, CHANGE, DISCARDED, DOCTYPE, LOCK, PLANNED, rows
from smooth_lms.learners.sync.changes import FAILED as NOT_APPLIED
from smooth_lms.learners.sync.chunks import ROWS_A_CHUNK
from smooth_lms.learners.sync.matching import manager_loops, too_many
from smooth_lms.learners.sync.model import ARCHIVE, CREATE, GONE, LINK, RESTORE, UPDATE, Change
from smooth_lms.learners.sync.problems import Problem
from smooth_lms.people.employees import has_hr
from smooth_lms.people.presence import ARCHIVED

HELD = "Held"
COUNTED = {CREATE: "created", LINK: "linked", UPDATE: "updated", ARCHIVE: "archived", RESTORE: "restored"}

NEW_A_CHUNK = 20
"""Accounts are inserted one by one, and others who want to make some wait for the end of the transaction."""
AT_ONCE = 4_000
"""So many changes of people who have an account are carried out in one transaction, with the plan in memory."""
LISTED = 500
"""People left out who are listed on the run."""


class SyncRun(RunKind):
	"""Compares everybody with HR; one at a time on a site."""

	doctype = DOCTYPE
	job = "smooth_lms.learners.sync.run.execute"
	fields = ("dry_run", "planned")
	log_field = "error"
	timeout_seconds = 60 * 60
	as_requester = False

	def work(self, run: str, row: frappe._dict, **options: Any) -> bool:
		"""Plan, and carry out what is planned. Commits."""
		_execute(frappe.get_doc(DOCTYPE, run), time.monotonic())
		return True

	def lock_names(self, run: str) -> list[str]:
		"""One lock for all runs, and for whoever takes one back."""
		return [LOCK]

	def jobs(self, row: frappe._dict) -> int:
		"""None for a run that this process does itself."""
		return 0 if frappe.flags.smooth_lms_sync_here else 1

	def ended(self, row: frappe._dict, status: str, work: None) -> dict[str, Any]:
		"""What was not carried out is left to the next run, or to this one if it is continued."""
		if status != COMPLETED:
			chunks.discard_planned(row.name)
		return {}

	def resumed(self, row: frappe._dict) -> dict[str, Any]:
		"""What was left is planned again. Refused while another run is open."""
		_require_alone(row.dry_run, but=row.name)
		chunks.plan_discarded_again(row.name)
		done = frappe.db.count(CHANGE, {"run": row.name, "state": ["in", [APPLIED, NOT_APPLIED]]})
		return {"processed": done, "error": None}

	def logged(self, row: frappe._dict, *notes: str) -> dict[str, str]:
		"""Only what went wrong is kept."""
		return {"error": notes[-1]} if any(notes) else {}

	def orphaned_note(self) -> str:
		"""The next run does the same, so nobody has to do anything."""
		return _("The run was interrupted: the next one goes on with its work.")

	def aborted_note(self, row: frappe._dict) -> str:
		"""Nothing went wrong."""
		return ""

	def failure_note(self, run: str, error: Exception) -> str:
		"""The error as it is."""
		frappe.log_error(title=f"Smooth LMS synchronization {run}")
		return str(error)[:500] or type(error).__name__


RUN = SyncRun()


def start(*, trigger: str, dry_run: bool = False) -> str:
	"""Queue a run. Returns its name. Raises SyncBusyError when one is open.

	Args: trigger, Schedule or Person; dry_run, only list what would happen.
	"""
	# whoever opens a run holds this row, so of two at once the second sees the first
	frappe.db.get_value("DocType", DOCTYPE, "name", for_update=True)
	# whose worker was killed is followed by this run
	engine.sweep(RUN, grace_seconds=0)
	_require_alone(dry_run)
	run = frappe.get_doc(
		{
			"doctype": DOCTYPE,
			"trigger": trigger,
			"dry_run": int(dry_run),
			"requested_by": frappe.session.user,
			**engine.begin(RUN),
		}
	).insert(ignore_permissions=True)
	engine.enqueue(RUN, run.name)
	return run.name


def run_now(*, trigger: str = "Person", dry_run: bool = False) -> str:
	"""Do a whole run in this process and commit as it goes, as the scheduler's job does. Returns its name."""
	frappe.flags.smooth_lms_sync_here = True
	try:
		name = start(trigger=trigger, dry_run=dry_run)
	finally:
		frappe.flags.smooth_lms_sync_here = False
	frappe.db.commit()
	execute(name)
	return name


def execute(run: str) -> None:
	"""Job: plan a queued run and carry it out. Does nothing if another process works on it."""
	engine.perform(RUN, run)


def help_with(run: str) -> int:
	"""Job: take chunks of a run that another process leads. Returns how many."""
	return chunks.work(run)


def approve(run: str) -> None:
	"""Let a held run be carried out. Raises ValidationError when it is not held, SyncBusyError when one is at work."""
	row = _held(run)
	engine.queue_again(RUN, row, approved=1, **_decided())


def discard(run: str) -> None:
	"""End a held run without having changed anybody."""
	engine.end(RUN, _held(run), ABORTED, None, **_decided())


def abort(run: str) -> None:
	"""Ask a run to stop. What it has done stays, and can be undone."""
	if engine.lock(RUN, run).status not in RUN.live:
		frappe.throw(_("This synchronization is not at work."))
	engine.abort(RUN, run)


def resume(run: str) -> None:
	"""Continue a run that failed or was aborted. Raises SyncBusyError when another one is open."""
	engine.resume(RUN, run)


# Planning


def _execute(doc, began: float) -> None:
	if impossible := _impossible():
		_close(doc.name, FAILED, began, impossible)
		frappe.db.commit()
		return
	if not doc.dry_run:
		tidy.learners()
		frappe.db.commit()
	planner = None
	if not (doc.approved or doc.planned):
		planner, reason = in_one_transaction(lambda: _plan(doc))
		if doc.dry_run:
			_close(doc.name, COMPLETED, began)
			frappe.db.commit()
			return
		if reason:
			held = {"status": HELD, "held_reason": reason, "duration": _duration(doc.name, began)}
			set_value(DOCTYPE, doc.name, held)
			frappe.db.commit()
			alerts.held(doc.name, reason)
			frappe.db.commit()
			return
	chunks.call_helpers(doc.name)
	chunks.work(doc.name, leads=True)
	if chunks.aborted(doc.name):
		_close(doc.name, ABORTED, began)
		frappe.db.commit()
		return
	chunks.introduce_new_managers(doc.name)
	enrolled = chunks.follow_onboardings()
	tidy.groups()
	# an old standing without its learner lets nobody through the sieve
	tidy.records(planner.index.employees if planner and planner.sifted else None)
	_close(doc.name, COMPLETED, began, enrolled=enrolled)
	frappe.db.commit()


def _impossible() -> str | None:
	"""What this site lacks for a synchronization, and what to do."""
	if not has_hr():
		return _("This site has no Employee records: install ERPNext and Frappe HR.")
	if not settled.usable():
		return _("The Employee form lacks the fields of Smooth LMS: run bench migrate for this site.")
	return None


class _Tally:
	"""What a run has planned so far, counted."""

	def __init__(self) -> None:
		self.counts: Counter = Counter()
		self.leaving_by: Counter = Counter()
		self.leavers: list[str] = []
		self.problems: list[Problem] = []

	def add(self, planned: roster.Planned) -> None:
		"""Count one chunk."""
		self.problems += planned.problems
		for change in planned.changes:
			again = change.action == ARCHIVE and change.before["fields"].get("status") == ARCHIVED
			# somebody who was archived already gets another reason, and is archived once
			self.counts[COUNTED[UPDATE if again else change.action]] += 1
			self.counts["touched"] += change.reason != GONE
			if change.action != ARCHIVE:
				continue
			if change.after.get("frees_seats"):
				self.leavers.append(change.user)
			self.leaving_by[change.department] += not again

	def values(self, employees: int) -> dict[str, Any]:
		"""The numbers of the run's record, of so many Employee records."""
		counts, problems = self.counts, self.problems
		return {
			**{field: counts[field] for field in COUNTED.values()},
			"employees": employees,
			"unchanged": max(employees - counts["touched"] - len(problems), 0),
			"changes": sum(counts[field] for field in COUNTED.values()),
			"skipped": len(problems),
			"skipped_people": "\n".join(problem.text for problem in problems[:LISTED]),
		}


def _plan(doc) -> tuple[roster.Planner, str | None]:
	"""Keep everything that has to change, or carry it out at once. Returns why the run must be held, if it must."""
	# of an attempt that others were in the way of, or whose process was killed
	unfinished = {"run": doc.name, "state": ["in", [PLANNED, DISCARDED]]}
	if frappe.db.exists(CHANGE, unfinished):
		frappe.db.delete(CHANGE, unfinished)
	planner = roster.for_everybody()
	total = frappe.db.count("Employee")
	at_once: list[Change] | None = None if doc.dry_run else []
	tally = _Tally()
	batch_no = 0
	for planned in planner.chunks():
		tally.add(planned)
		if at_once is not None:
			at_once += planned.changes
			if _is_little(at_once):
				continue
			planned.changes, at_once = at_once, None
		batch_no = _keep(doc.name, planned.changes, batch_no)
		frappe.db.commit()
	loops = manager_loops(settled.managers())
	values = {
		**tally.values(total),
		"manager_loops": "\n".join(" → ".join([*loop, loop[0]]) for loop in loops[:50]),
	}
	if doc.dry_run:
		values["seats_freed"] = sum(len(each) for each in leaving.seats_ahead(tally.leavers).values())
		values["licences_returned"] = course_enrollment.licences_held(tally.leavers)
	reason = _hold_reason(tally.leaving_by)
	if at_once and reason:
		_keep(doc.name, at_once, batch_no)
	elif at_once:
		chunks.carry_out_now(doc.name, at_once)
	set_value(DOCTYPE, doc.name, {**values, "planned": 1})
	return planner, reason


def _is_little(changes: Sequence[Change]) -> bool:
	return len(changes) <= AT_ONCE and all(_size(change) == ROWS_A_CHUNK for change in changes)


def _size(change: Change) -> int:
	"""How many changes of this kind a chunk may hold."""
	if "rename" in change.after:
		return 1  # Frappe locks rows of every table for it
	return NEW_A_CHUNK if change.after.get("account") == "create" else ROWS_A_CHUNK


def _keep(run: str, changes: Sequence[Change], batch_no: int) -> int:
	"""Store planned changes, numbered by the chunk they will be carried out in."""
	for size in (NEW_A_CHUNK, ROWS_A_CHUNK, 1):
		kind = [change for change in changes if _size(change) == size]
		for start_at in range(0, len(kind), size):
			batch_no += 1
			part = kind[start_at : start_at + size]
			insert_rows(CHANGE, *rows(part, [PLANNED] * len(part), {}, run, batch_no))
	return batch_no


def _hold_reason(leaving_by: Counter) -> str | None:
	settings = frappe.get_doc("LMS Settings")
	gone = sum(leaving_by.values())
	if settings.hold_next_run:
		set_single("LMS Settings", {"hold_next_run": 0})
		return _("The run before was undone.")
	if not gone:
		return None
	table = frappe.qb.DocType("LMS Learner")
	present = dict(
		(
			frappe.qb.from_(table)
			.select(table.department, Count("*"))
			.where(table.status != ARCHIVED)
			.groupby(table.department)
		).run()
	)
	where = too_many(leaving_by, present, flt(settings.hold_percent), cint(settings.hold_minimum))
	if where is None:
		return None
	if where:
		return _("{0} of {1} learners of {2} would be archived.").format(
			leaving_by[where], present.get(where, 0), where
		)
	return _("{0} of {1} learners would be archived.").format(gone, sum(present.values()))


# The run's own record


def _close(run: str, status: str, began: float, note: str | None = None, **values: Any) -> None:
	row = engine.lock(RUN, run)
	if row.status == RUNNING:
		engine.end(RUN, row, status, note, duration=_duration(run, began), **values)


def _duration(run: str, began: float) -> float:
	return round(flt(frappe.db.get_value(DOCTYPE, run, "duration")) + time.monotonic() - began, 3)


def _require_alone(dry_run: bool, but: str = "") -> None:
	"""Raises SyncBusyError when another run is open. A dry run does not mind one that waits for a decision."""
	waiting = (QUEUED, RUNNING) if dry_run else (QUEUED, RUNNING, HELD)
	table = frappe.qb.DocType(DOCTYPE)
	found = (
		frappe.qb.from_(table)
		.select(table.name, table.status)
		.where(table.status.isin(waiting) & (table.name != but))
		.for_update()
	).run()
	if found:
		name, status = found[0]
		sentence = (
			_("The synchronization {0} waits for a decision: approve or discard it first.")
			if status == HELD
			else _("The synchronization {0} is at work: wait until it is done or abort it.")
		)
		frappe.throw(sentence.format(escape_html(name)), SyncBusyError)


def _held(run: str) -> frappe._dict:
	row = engine.lock(RUN, run)
	if row.status != HELD:
		frappe.throw(_("This synchronization does not wait for a decision."))
	return row


def _decided() -> dict[str, Any]:
	return {"decided_by": frappe.session.user, "decided_on": now_datetime()}
