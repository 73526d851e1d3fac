"""Runs of the assigner (LMS Training Run): one at a time for each requirement, in chunks that workers share.

A run notes at its start whom it has to look at, in chunks; `work` works through them, `record` keeps the
document.
"""

from collections.abc import Collection

import frappe
from frappe import _

from smooth_lms.base import runs as engine
from smooth_lms.base.run_kind import ABORTED, FAILED
from smooth_lms.base.transactions import in_one_transaction
from smooth_lms.exceptions import BrokenRequirementError, OvertakenError
from smooth_lms.training.assignments import assign, ledger, status
from smooth_lms.training.requirement import rules
from smooth_lms.training.requirement.freezing import freeze
from smooth_lms.training.runs import record
from smooth_lms.training.runs import work as run_work
from smooth_lms.training.runs.record import CHUNK_DOCTYPE, DOCTYPE, at_work
from smooth_lms.training.runs.work import RUN, STALE_SECONDS, start, work

__all__ = [
	"ABORTED",
	"CHUNK_DOCTYPE",
	"DOCTYPE",
	"FAILED",
	"RUN",
	"STALE_SECONDS",
	"abort",
	"assign_all",
	"at_work",
	"forget",
	"nightly",
	"prepare",
	"progress",
	"resume",
	"start",
	"work",
]


def assign_all(
	*, keys: Collection[str] | None = None, trigger: str = "Schedule", now: bool = False
) -> list[str]:
	"""Bring every requirement up to date. A requirement at which nothing is to be done gets no run.

	Args:
	        keys: only these requirements.
	        trigger: Schedule, Person or Command.
	        now: do the work here instead of handing it to background jobs.

	Returns the runs that were started. Commits.
	"""
	started = []
	frappe.db.commit()
	for key in rules.active_keys() if keys is None else keys:
		try:
			run = _prepare_afresh(key, trigger)
		except Exception:
			if keys is not None:
				raise
			# one requirement that cannot be worked out does not hold up the others
			frappe.db.rollback()
			frappe.log_error(
				_("Training could not be assigned"), reference_doctype=rules.DOCTYPE, reference_name=key
			)
			frappe.db.commit()
			continue
		if not run:
			continue
		started.append(run)
		if now:
			work(run)
		else:
			run_work.enqueue(run)
	return started


def nightly() -> None:
	"""Scheduler: what the clock asks for, then everybody's assignments."""
	try:
		status.daily()
	except Exception:
		# what is due is assigned all the same; the next night tries again
		frappe.db.rollback()
		frappe.log_error(_("The status of training assignments could not be brought up to date"))
		frappe.db.commit()
	assign_all()


def prepare(key: str, *, trigger: str = "Schedule", everybody: bool = False) -> str | None:
	"""Find out whom a requirement has to look at. Returns the run, or None when there is nothing to do.

	Raises OvertakenError when another run has begun or ended since this transaction has begun to read.
	"""
	known = record.history(key)
	try:
		program = rules.load(key)
	except BrokenRequirementError as error:
		freeze(key, error)
		return None
	if at_work(key):
		run_work.look_again_if_begun_earlier(key)
		return None
	gone = ledger.open_of_other_courses(key, program.subjects)
	members, concerned = assign.candidates(program, everybody=everybody)
	if not members and not gone:
		return None
	run = run_work.create(key, trigger, everybody)
	# the index lets nobody else begin a run until this transaction ends; whoever has begun and ended one since the
	# look above was taken has done what it found
	if record.history(key, latest=True, but=run) != known:
		raise OvertakenError
	record.split(run, members, concerned)
	return run


def abort(run: str) -> None:
	"""Stop a run: chunks that are being worked on are finished, the others are left."""
	engine.abort(RUN, run)


def resume(run: str) -> None:
	"""Continue a run that failed or was aborted."""
	engine.resume(RUN, run)


def progress(run: str) -> dict:
	"""How far a run is: its fields, and the counts of the chunks that are done."""
	doc = frappe.get_doc(DOCTYPE, run)
	fields = (
		"name",
		"title",
		"requirement",
		"status",
		"started_on",
		"finished_on",
		"audience_count",
		"candidates",
		"log",
	)
	answer = {field: doc.get(field) for field in fields}
	answer["abort_requested"] = bool(doc.abort_requested)
	return answer | record.sums(run)


def forget(run: str) -> None:
	"""Remove the chunks of a run that is being deleted. Raises ValidationError while it is at work."""
	engine.require_ended(RUN, run)
	frappe.db.delete(CHUNK_DOCTYPE, {"run": run})


def _prepare_afresh(key: str, trigger: str) -> str | None:
	"""As `prepare`, and committed; looks again where another process was quicker."""
	return in_one_transaction(lambda: prepare(key, trigger=trigger))
