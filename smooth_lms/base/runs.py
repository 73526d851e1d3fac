"""The one engine for background work that has a document: queued, worked through, stopped, continued, swept.

A domain describes its kind of run by a subclass of RunKind, which gives the next chunk; all else is here. The document
has the fields of FIELDS. One chunk is one transaction: it locks the run's row, does its work, moves the run on, and
commits, all at once, so that a job that dies midway loses nothing and repeats nothing.

Whoever works on a run holds a lock of the database server that ends with its connection. A run that says Running
while nobody holds the lock is orphaned: its worker was killed. The kinds stand in the hook `smooth_lms_runs`, and one
scheduled method sweeps them all.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import frappe
from frappe import _
from frappe.utils import add_to_date, escape_html, now_datetime
from frappe.utils.background_jobs import is_job_enqueued

from smooth_lms.base import locks
from smooth_lms.base.rows import set_value
from smooth_lms.base.run_kind import (
	ABORTED,
	COMPLETED,
	ENDED_EARLY,
	FAILED,
	FIELDS,
	MARK,
	RUNNING,
	RunKind,
)
from smooth_lms.base.transactions import in_one_transaction

GRACE_SECONDS = 120
"""A queued run that is in no queue for so long has lost its job."""
HANDOVER_WAIT_SECONDS = 10
"""How long a job waits for the one before it to let go of the run."""


def kinds() -> list[RunKind]:
	"""Every kind of run there is."""
	return [frappe.get_attr(path) for path in frappe.get_hooks("smooth_lms_runs")]


def begin(kind: RunKind) -> dict[str, Any]:
	"""What the row of a run gets that is about to be queued."""
	values = {"status": kind.queued, "attempt": 1, "abort_requested": 0, "last_step_on": now_datetime()}
	return values | ({} if kind.alone is None else {"open_mark": MARK})


def enqueue(kind: RunKind, run: str) -> None:
	"""Hand a run to background jobs once the present transaction is committed."""
	row = lock(kind, run)
	for worker in range(1, kind.jobs(row) + 1):
		frappe.enqueue(
			kind.job,
			queue="long",
			timeout=kind.timeout_seconds,
			# a number of its own for each attempt: the queue may still know the job that died
			job_id=_job_id(run, row.attempt, worker),
			deduplicate=True,
			enqueue_after_commit=True,
			run=run,
		)


def perform(kind: RunKind, run: str, **options: Any) -> None:
	"""The background job: work through a run until it ends, is stopped, or fails. Commits.

	Does nothing when enough jobs are at work on it already. Args: options, for `RunKind.open`.
	"""
	user = frappe.session.user
	with _presence(kind, run) as present:
		if not present:
			return
		try:
			row = in_one_transaction(lambda: _begin_work(kind, run))
			if row is None:
				return
			if kind.as_requester:
				_act_as(row.requested_by)
			if not kind.work(run, row, **options):
				_work_through(kind, run, row, **options)
		except Exception as error:
			frappe.db.rollback()
			_fail(kind, run, error)
		finally:
			frappe.set_user(user)


def abort(kind: RunKind, run: str) -> None:
	"""Stop a run after the chunk it is at; one that nobody works on stops at once."""
	row = lock(kind, run)
	if row.status not in kind.live:
		kind.refuse(_("The run has ended already: there is nothing to abort."))
	set_value(kind.doctype, run, "abort_requested", 1)
	if row.status == kind.queued or _is_deserted(kind, run):
		end(kind, row, ABORTED, kind.aborted_note(row))


def resume(kind: RunKind, run: str) -> None:
	"""Continue a run that failed, was aborted, or is orphaned, where it stopped."""
	row = lock(kind, run)
	if row.status not in ENDED_EARLY and not _is_orphaned(kind, row):
		kind.refuse(
			_("Only a run that failed or was aborted can be continued; this one is {0}.").format(
				_(row.status)
			)
		)
	queue_again(kind, row, _("Continued by {0}.").format(frappe.session.user))


def require_ended(kind: RunKind, run: str) -> None:
	"""Raises ValidationError while a run is queued or at work: for whoever deletes it."""
	if lock(kind, run).status in kind.live:
		frappe.throw(_("The run is at work: abort it first."))


def sweep_runs() -> list[str]:
	"""Scheduler: end or restart every run whose worker was killed or whose job was lost. Returns them. Commits."""
	swept = []
	for kind in kinds():
		try:
			swept += sweep(kind)
		except Exception:
			# one kind that cannot be swept does not hold up the others
			frappe.db.rollback()
			frappe.log_error(_("Background runs could not be looked after"), reference_doctype=kind.doctype)
		frappe.db.commit()
	return swept


def sweep(kind: RunKind, grace_seconds: int = GRACE_SECONDS) -> list[str]:
	"""End or restart the orphaned runs of one kind. Returns them.

	Args: grace_seconds, how long a running run that nobody works on is left alone.
	"""
	table = frappe.qb.DocType(kind.doctype)
	old = add_to_date(now_datetime(), seconds=-grace_seconds, as_datetime=True)
	names = (
		frappe.qb.from_(table)
		.select(table.name)
		.where(table.status.isin(kind.live) & (table.last_step_on.isnull() | (table.last_step_on <= old)))
	).run(pluck=True)
	swept = []
	for run in names:
		row = lock(kind, run)
		if row.status not in kind.live or not _is_orphaned(kind, row):
			continue
		if row.abort_requested:
			end(kind, row, ABORTED, kind.aborted_note(row))
		elif row.attempt <= kind.restarts:
			queue_again(kind, row, _("The background job ended before the run was finished: started again."))
		else:
			end(kind, row, FAILED, kind.orphaned_note())
		swept.append(run)
	return swept


def lock(kind: RunKind, run: str) -> frappe._dict:
	"""The run's row as it is now, locked until the transaction ends. Raises DoesNotExistError."""
	return _read(kind, run, for_update=True)


def end(
	kind: RunKind, row: frappe._dict, status: str, note: str | None, *, work: Any = None, **values: Any
) -> None:
	"""End a run, whose row is locked. Args: note, a line for its log; values, what else its row gets."""
	ending = {"status": status, "finished_on": now_datetime(), **kind.logged(row, note or "")}
	if kind.alone is not None:
		ending["open_mark"] = None
	set_value(kind.doctype, row.name, ending | values | kind.ended(row, status, work))
	if status == COMPLETED:
		kind.completed(row)


def queue_again(kind: RunKind, row: frappe._dict, note: str = "", **values: Any) -> None:
	"""Hand a run, whose row is locked, to a new job. Args: note, a line for its log; values, what else its row gets."""
	fresh = {
		**begin(kind),
		"attempt": row.attempt + 1,
		# whoever wants a run to stop that is handed over, or started again, still does
		"abort_requested": row.abort_requested if row.status == RUNNING else 0,
		"finished_on": None,
		**kind.logged(row, note),
		**kind.resumed(row),
	}
	try:
		set_value(kind.doctype, row.name, fresh | values)
	except Exception as error:
		if not frappe.db.is_duplicate_entry(error):
			raise
		kind.refuse(_("Another run for the same is at work: wait until it has ended."))
	enqueue(kind, row.name)


def add_unique(kind: RunKind) -> None:
	"""The index that lets one run at a time be at work, for the controller's `on_doctype_update`."""
	frappe.db.add_unique(kind.doctype, [*(kind.alone or ()), "open_mark"], constraint_name="unique_run")


# Working through a run


@contextmanager
def _presence(kind: RunKind, run: str) -> Iterator[bool]:
	"""Hold one of the run's locks while the block runs; yields whether one was to be had."""
	*others, last = kind.lock_names(run)
	for name in others:
		with locks.hold(name) as taken:
			if taken:
				yield True
				return
	with locks.hold(last, HANDOVER_WAIT_SECONDS if not others else 0) as taken:
		yield taken


def _work_through(kind: RunKind, run: str, row: frappe._dict, **options: Any) -> None:
	began = time.monotonic()
	with kind.open(row, **options) as work:
		while _step(kind, run, work):
			if kind.lease_seconds and time.monotonic() - began > kind.lease_seconds:
				in_one_transaction(lambda: _hand_over(kind, run))
				return


def _begin_work(kind: RunKind, run: str) -> frappe._dict | None:
	if not frappe.db.exists(kind.doctype, run):
		return None  # deleted while it was queued
	frappe.db.commit()  # a plain read must not fix the snapshot before the lock is had
	row = lock(kind, run)
	if row.status not in kind.live:
		return None
	values = {"status": RUNNING, "last_step_on": now_datetime()}
	if not row.started_on:
		values["started_on"] = now_datetime()
	kind.started(row)
	set_value(kind.doctype, run, values)
	return frappe._dict(row | values)


def _act_as(user: str | None) -> None:
	if user and not frappe.db.get_value("User", user, "enabled"):
		frappe.throw(_("The account of {0}, who asked for this, is disabled.").format(escape_html(user)))
	frappe.set_user(user or frappe.session.user)


def _step(kind: RunKind, run: str, work: Any) -> bool:
	"""One chunk. False at the end."""
	row = in_one_transaction(lambda: _chunk(kind, run, work))
	if row is None:
		return False
	if type(kind).carry_out is not RunKind.carry_out:
		in_one_transaction(lambda: kind.carry_out(row, work))
	return True


def _chunk(kind: RunKind, run: str, work: Any) -> frappe._dict | None:
	"""One chunk in one transaction. Returns the run's row, or None at the end."""
	row = lock(kind, run)
	if row.status not in kind.live:
		return None  # aborted, or marked as orphaned, while this job waited
	if row.abort_requested:
		end(kind, row, ABORTED, kind.aborted_note(row), work=work)
		return None
	kind.ask_again(row)
	values = kind.next_chunk(row, work)
	if values is not None:
		set_value(kind.doctype, run, values | {"last_step_on": now_datetime()})
		return row
	last = kind.finish(row, work)
	if last is not None:
		end(kind, row, COMPLETED, _("Completed."), work=work, **last)
	return None


def _hand_over(kind: RunKind, run: str) -> None:
	row = lock(kind, run)
	if row.status == RUNNING:
		queue_again(kind, row)


def _fail(kind: RunKind, run: str, error: Exception) -> None:
	note = kind.failure_note(run, error)
	row = lock(kind, run)
	if row.status in kind.live:
		end(kind, row, FAILED, note)
	frappe.db.commit()


# The run's document


def _read(kind: RunKind, run: str, **options: Any) -> frappe._dict:
	fields = ["name", *FIELDS, kind.log_field, *kind.fields, *(kind.alone or ())]
	row = frappe.db.get_value(kind.doctype, run, list(dict.fromkeys(fields)), as_dict=True, **options)
	if not row:
		frappe.throw(
			_("There is no {0} {1}.").format(_(kind.doctype), escape_html(run)), frappe.DoesNotExistError
		)
	return row


def _is_orphaned(kind: RunKind, row: frappe._dict) -> bool:
	"""Whether nobody works, or will work, on a run that has not ended."""
	if row.status == RUNNING:
		return _is_deserted(kind, row.name)
	lost = add_to_date(now_datetime(), seconds=-GRACE_SECONDS, as_datetime=True)
	if row.status != kind.queued or (row.last_step_on and row.last_step_on > lost):
		return False
	try:
		jobs = range(1, max(1, kind.jobs(row)) + 1)
		return not any(is_job_enqueued(_job_id(row.name, row.attempt, worker)) for worker in jobs)
	except Exception:  # no queue, no job
		return True


def _is_deserted(kind: RunKind, run: str) -> bool:
	return all(map(locks.is_free, kind.lock_names(run)))


def _job_id(run: str, attempt: int, worker: int = 1) -> str:
	return f"smooth_lms_run::{run}::{attempt}" + (f"::{worker}" if worker > 1 else "")
