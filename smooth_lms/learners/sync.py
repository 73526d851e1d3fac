"""The synchronization: one run compares everybody with HR and repairs what differs.

A run plans first. Then it is held if it would archive too many people, or carried out. What makes no accounts and
is not much is carried out in the transaction that planned it. Otherwise every planned change is kept, and carried
out in chunks of one transaction each; a chunk plans its people anew before it writes, so it may be repeated. A run
that was killed is simply followed by the next. Whoever works on a run holds a lock of the database server,
which ends with the connection: nothing is left locked by a killed worker.
"""

import time
from collections import Counter
from collections.abc import Sequence

from pypika.functions import Count

import frappe
from frappe import _
from frappe.utils import cint, flt, now_datetime, time_diff_in_seconds
from frappe.utils.background_jobs import is_job_enqueued

from smooth_lms.bulk import insert_rows
from smooth_lms.cohorts import leaving
from smooth_lms.courses import enrollment as course_enrollment
from smooth_lms.exceptions import SyncBusyError
from smooth_lms.learners import alerts, chunks, locks, roster, settled, tidy
from smooth_lms.learners.changes import CHANGE, DOCTYPE, PLANNED, rows
from smooth_lms.learners.chunks import ROWS_A_CHUNK
from smooth_lms.learners.directory import has_hr
from smooth_lms.learners.matching import manager_loops, too_many
from smooth_lms.learners.model import ARCHIVE, ARCHIVED, CREATE, GONE, LINK, RESTORE, UPDATE, Change
from smooth_lms.learners.problems import Problem

QUEUED, RUNNING, HELD, COMPLETED = "Queued", "Running", "Held", "Completed"
FAILED, ABORTED, UNDONE = "Failed", "Aborted", "Undone"
COUNTED = {CREATE: "created", LINK: "linked", UPDATE: "updated", ARCHIVE: "archived", RESTORE: "restored"}

NEW_A_CHUNK = 20
"""Accounts are inserted one by one, and others who want to make some wait for the end of the transaction."""
AT_ONCE = 4_000
"""So many changes of people who have an account are carried out in one transaction, with the plan in memory."""
LISTED = 500
"""People left out who are listed on the run."""
LOST_AFTER = 120
"""Seconds after which a queued run that is in no queue counts as lost."""


def start(*, trigger: str, dry_run: bool = False) -> str:
	"""Queue a run. Returns its name. Raises SyncBusyError when one is open.

	Args: trigger, Schedule or Person; dry_run, only list what would happen.
	"""
	# whoever opens a run holds this row, so of two at once the second sees the first
	frappe.db.get_value("DocType", DOCTYPE, "name", for_update=True)
	_bury_the_dead()
	waiting = (QUEUED, RUNNING) if dry_run else (QUEUED, RUNNING, HELD)
	table = frappe.qb.DocType(DOCTYPE)
	found = (
		frappe.qb.from_(table).select(table.name, table.status).where(table.status.isin(waiting)).for_update()
	).run()
	if found:
		name, status = found[0]
		sentence = (
			_("The synchronization {0} waits for a decision: approve or discard it first.")
			if status == HELD
			else _("The synchronization {0} is at work: wait until it is done or abort it.")
		)
		frappe.throw(sentence.format(name), SyncBusyError)
	run = frappe.get_doc(
		{
			"doctype": DOCTYPE,
			"status": QUEUED,
			"trigger": trigger,
			"dry_run": int(dry_run),
			"requested_by": frappe.session.user,
		}
	).insert(ignore_permissions=True)
	_enqueue(run.name)
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
	with locks.hold("run") as taken:
		if not taken:
			return
		frappe.db.commit()
		doc = frappe.get_doc(DOCTYPE, run)
		if doc.status != QUEUED:
			return
		began = time.monotonic()
		try:
			_execute(doc, began)
		except Exception as error:
			frappe.db.rollback()
			frappe.log_error(title=f"Smooth LMS synchronization {run}")
			_close(run, FAILED, began, error=str(error)[:500] or type(error).__name__)
			frappe.db.commit()
			raise


def help_with(run: str) -> int:
	"""Job: take chunks of a run that another process leads. Returns how many."""
	return chunks.work(run)


def approve(run: str) -> None:
	"""Let a held run be carried out. Raises ValidationError when it is not held."""
	_decide(run, {"status": QUEUED, "approved": 1})
	_enqueue(run)


def discard(run: str) -> None:
	"""End a held run without having changed anybody."""
	_decide(run, {"status": ABORTED, "finished_on": now_datetime()})
	chunks.discard_planned(run)


def abort(run: str) -> None:
	"""Ask a run to stop. What it has done stays, and can be undone."""
	status = frappe.db.get_value(DOCTYPE, run, "status", for_update=True)
	if status not in (QUEUED, RUNNING):
		frappe.throw(_("This synchronization is not at work."))
	if status == QUEUED:
		frappe.db.set_value(DOCTYPE, run, {"status": ABORTED, "finished_on": now_datetime()})
		chunks.discard_planned(run)
	else:
		frappe.db.set_value(DOCTYPE, run, "abort_requested", 1)


# Planning


def _execute(doc, began: float) -> None:
	frappe.db.set_value(
		DOCTYPE, doc.name, {"status": RUNNING, "started_on": doc.started_on or now_datetime()}
	)
	frappe.db.commit()
	if impossible := _impossible():
		_close(doc.name, FAILED, began, error=impossible)
		frappe.db.commit()
		return
	if not doc.dry_run:
		tidy.learners()
		frappe.db.commit()
	planner = None
	if not doc.approved:
		planner, reason = chunks.in_one_transaction(lambda: _plan(doc))
		if doc.dry_run:
			_close(doc.name, COMPLETED, began)
			frappe.db.commit()
			return
		if reason:
			_close(doc.name, HELD, began, held_reason=reason)
			frappe.db.commit()
			alerts.held(doc.name, reason)
			frappe.db.commit()
			return
	chunks.call_helpers(doc.name)
	chunks.work(doc.name, leads=True)
	if chunks.aborted(doc.name):
		chunks.discard_planned(doc.name)
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


def _plan(doc) -> tuple[roster.Planner, str | None]:
	"""Keep everything that has to change, or carry it out at once. Returns why the run must be held, if it must."""
	if frappe.db.exists(CHANGE, {"run": doc.name}):  # of an attempt that others were in the way of
		frappe.db.delete(CHANGE, {"run": doc.name})
	planner = roster.for_everybody()
	total = frappe.db.count("Employee")
	at_once: list[Change] | None = None if doc.dry_run else []
	counts: Counter = Counter()
	leaving_by: Counter = Counter()
	problems: list[Problem] = []
	leavers: list[str] = []
	batch_no = 0
	for planned in planner.chunks():
		problems += planned.problems
		for change in planned.changes:
			counts[COUNTED[change.action]] += 1
			counts["touched"] += change.reason != GONE
			if change.action == ARCHIVE:
				if change.after.get("frees_seats"):
					leavers.append(change.user)
				if change.before["fields"].get("status") != ARCHIVED:
					leaving_by[change.department] += 1
		if at_once is not None:
			at_once += planned.changes
			if _is_little(at_once):
				continue
			planned.changes, at_once = at_once, None
		batch_no = _keep(doc.name, planned.changes, batch_no)
		frappe.db.commit()
	loops = manager_loops(settled.managers())
	values = {
		**{field: counts[field] for field in COUNTED.values()},
		"employees": total,
		"unchanged": max(total - counts["touched"] - len(problems), 0),
		"changes": sum(counts[field] for field in COUNTED.values()),
		"skipped": len(problems),
		"skipped_people": "\n".join(problem.text for problem in problems[:LISTED]),
		"manager_loops": "\n".join(" → ".join([*loop, loop[0]]) for loop in loops[:50]),
	}
	if doc.dry_run:
		values["seats_freed"] = sum(len(each) for each in leaving.seats_ahead(leavers).values())
		values["licences_returned"] = course_enrollment.licences_held(leavers)
	reason = _hold_reason(leaving_by)
	if at_once and reason:
		_keep(doc.name, at_once, batch_no)
	elif at_once:
		chunks.carry_out_now(doc.name, at_once)
	frappe.db.set_value(DOCTYPE, doc.name, values)
	return planner, reason


def _is_little(changes: Sequence[Change]) -> bool:
	return len(changes) <= AT_ONCE and not any(change.after.get("account") == "create" for change in changes)


def _keep(run: str, changes: Sequence[Change], batch_no: int) -> int:
	"""Store planned changes, numbered by the chunk they will be carried out in."""
	fresh = [change for change in changes if change.after.get("account") == "create"]
	others = [change for change in changes if change.after.get("account") != "create"]
	for kind, size in ((fresh, NEW_A_CHUNK), (others, ROWS_A_CHUNK)):
		for start_at in range(0, len(kind), size):
			batch_no += 1
			part = kind[start_at : start_at + size]
			insert_rows(CHANGE, *rows(part, [PLANNED] * len(part), {}, run, batch_no))
	return batch_no


def _hold_reason(leaving_by: Counter) -> str | None:
	settings = frappe.get_doc("LMS Settings")
	gone = sum(leaving_by.values())
	if settings.hold_next_run:
		frappe.db.set_single_value("LMS Settings", "hold_next_run", 0)
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


def _enqueue(run: str) -> None:
	if frappe.flags.smooth_lms_sync_here:
		return
	frappe.enqueue(
		"smooth_lms.learners.sync.execute",
		queue="long",
		timeout=3600,
		job_id=f"lms-sync-{run}",
		enqueue_after_commit=True,
		run=run,
	)


def _close(run: str, status: str, began: float, **values) -> None:
	finished = {} if status == HELD else {"finished_on": now_datetime()}
	spent = flt(frappe.db.get_value(DOCTYPE, run, "duration")) + time.monotonic() - began
	frappe.db.set_value(DOCTYPE, run, {"status": status, "duration": round(spent, 3), **finished, **values})


def _decide(run: str, values: dict) -> None:
	if frappe.db.get_value(DOCTYPE, run, "status", for_update=True) != HELD:
		frappe.throw(_("This synchronization does not wait for a decision."))
	frappe.db.set_value(
		DOCTYPE, run, {**values, "decided_by": frappe.session.user, "decided_on": now_datetime()}
	)


def _bury_the_dead() -> None:
	"""Close runs whose worker was killed or whose job was lost; the next run does their work."""
	for row in frappe.get_all(
		DOCTYPE, filters={"status": ["in", [QUEUED, RUNNING]]}, fields=["name", "status", "modified"]
	):
		if row.status == RUNNING and locks.is_free("run"):
			sentence = _("The run was interrupted: the next one goes on with its work.")
		elif row.status == QUEUED and _is_lost(row):
			sentence = _("The job of this run was lost: the next one does its work.")
		else:
			continue
		frappe.db.set_value(
			DOCTYPE, row.name, {"status": FAILED, "error": sentence, "finished_on": now_datetime()}
		)
		chunks.discard_planned(row.name)


def _is_lost(row: frappe._dict) -> bool:
	if time_diff_in_seconds(now_datetime(), row.modified) < LOST_AFTER:
		return False
	try:
		return not is_job_enqueued(f"lms-sync-{row.name}")
	except Exception:  # no queue, no job
		return True
