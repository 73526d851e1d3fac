"""The document of a run (LMS Training Run) and its chunks: begun, locked, counted, ended. One at a time for each requirement."""

from datetime import datetime

import frappe
from frappe import _
from frappe.utils import now_datetime

from smooth_lms.bulk import insert_rows
from smooth_lms.exceptions import OvertakenError, TrainingRefusedError
from smooth_lms.training import assign, ledger, rules

DOCTYPE, CHUNK_DOCTYPE = "LMS Training Run", "LMS Training Run Chunk"
QUEUED, RUNNING, COMPLETED, FAILED, ABORTED = "Queued", "Running", "Completed", "Failed", "Aborted"
WAITING, TAKEN, DONE = "Waiting", "Taken", "Done"
LIVE = (QUEUED, RUNNING)
TIMEOUT_SECONDS = 2 * 60 * 60
WORKERS = 2
"""Jobs for a run of more than one chunk; each goes on until nothing is left to take."""


def at_work(key: str, *, latest: bool = False) -> str | None:
	"""The run of a requirement that has not ended, if there is one.

	Args: latest, as it is now, and not as it was when the transaction began; locks the run.
	"""
	filters = {"rule_key": key, "open_mark": ledger.MARK}
	return frappe.db.get_value(DOCTYPE, filters, "name", for_update=latest)


def start(key: str, *, everybody: bool = False, trigger: str = "Person", quiet: bool = False):
	"""Start a run in the background once the present transaction is committed.

	Args:
	        key: a requirement, or `mandatory`.
	        everybody: look at everybody concerned, not only where something seems to be due.
	        quiet: let it pass when one is at work already, instead of refusing.

	Returns the name of the run. Raises TrainingRefusedError when one is at work.
	"""
	found = at_work(key)
	if not found:
		try:
			run = create(key, trigger, everybody)
			enqueue(run)
			return run
		except OvertakenError:
			found = at_work(key, latest=True)
			if not found:
				raise
	if quiet:
		# what it has done already is looked at again when it ends
		frappe.db.set_value(DOCTYPE, found, "again", 1)
		return found
	raise TrainingRefusedError(
		reason=_("A run for this requirement is at work: wait until {0} has ended.").format(found)
	)


def history(key: str, *, latest: bool = False, but: str = "") -> set[tuple]:
	"""The runs of a requirement and how far they are.

	Args:
	        latest: as they are now, and not as they were when the transaction began.
	        but: a run to leave out.
	"""
	statement = "select name, attempt, status from `tabLMS Training Run` where rule_key = %s and name != %s"
	return set(frappe.db.sql(f"{statement} lock in share mode" if latest else statement, (key, but)))


def create(key: str, trigger: str, everybody: bool) -> str:
	"""A new run. Raises OvertakenError when somebody else has begun one in the meantime."""
	requirement = None if key == rules.MANDATORY else key
	doc = frappe.get_doc(
		{
			"doctype": DOCTYPE,
			"title": frappe.db.get_value(rules.DOCTYPE, key, "title")
			if requirement
			else _("Mandatory courses"),
			"requirement": requirement,
			"rule_key": key,
			"open_mark": ledger.MARK,
			"status": QUEUED,
			"trigger": trigger,
			"everybody": int(everybody),
			"requested_by": frappe.session.user,
			"attempt": 1,
			"last_step_on": now_datetime(),
		}
	)
	try:
		return doc.insert(ignore_permissions=True).name
	except frappe.UniqueValidationError:
		frappe.clear_last_message()
		raise OvertakenError from None


def split(run: str, members: list[str], concerned: int) -> None:
	"""Note whom a run has to look at, in chunks. Args: concerned, how many people the requirement concerns."""
	rows = [
		(run, number, WAITING, len(part), frappe.as_json(list(part), indent=None))
		for number, part in enumerate(assign.chunks(members), start=1)
	]
	insert_rows(CHUNK_DOCTYPE, ("run", "number", "status", "people", "members"), rows)
	frappe.db.set_value(
		DOCTYPE, run, {"candidates": len(members), "audience_count": concerned}, update_modified=False
	)


def enqueue(run: str) -> None:
	"""Hand a run to background jobs once the present transaction is committed."""
	row = frappe.db.get_value(DOCTYPE, run, ["attempt", "candidates", "everybody", "status"], as_dict=True)
	workers = WORKERS if row.candidates > assign.CHUNK or not row.candidates else 1
	for worker in range(1, workers + 1):
		frappe.enqueue(
			"smooth_lms.training.runs.work",
			queue="long",
			timeout=TIMEOUT_SECONDS,
			job_id=f"smooth_lms_training::{run}::{row.attempt}::{worker}",
			deduplicate=True,
			enqueue_after_commit=True,
			run=run,
		)


def lock(run: str) -> frappe._dict:
	"""The run as it is now, locked until the transaction ends. Raises DoesNotExistError."""
	fields = (
		"name",
		"rule_key",
		"status",
		"everybody",
		"abort_requested",
		"again",
		"attempt",
		"log",
		"started_on",
		"last_step_on",
	)
	row = frappe.db.get_value(DOCTYPE, run, fields, as_dict=True, for_update=True)
	if not row:
		frappe.throw(_("There is no training run {0}.").format(run), frappe.DoesNotExistError)
	return row


def sums(run: str) -> dict[str, int]:
	"""The counts of the chunks that are done."""
	rows = frappe.get_all(
		CHUNK_DOCTYPE, filters={"run": run, "status": DONE}, fields=["people", *assign.COUNTS], limit=0
	)
	return {
		"processed": sum(row.people for row in rows),
		**{field: sum(row[field] for row in rows) for field in assign.COUNTS},
	}


def end(run: str, status: str, note: str, *, cancelled: int = 0, commit: bool = True) -> None:
	"""End a run with its counts and a line of its log. Commits unless told not to.

	Args: cancelled, assignments taken back besides those of the chunks.
	"""
	row = lock(run)
	stamp: datetime = now_datetime()
	counts = sums(run)
	counts["cancelled"] += cancelled
	frappe.db.set_value(
		DOCTYPE,
		run,
		{
			"status": status,
			"finished_on": stamp,
			"open_mark": None,
			"again": 0,
			"log": "\n".join(filter(None, [row.log, f"{stamp:%Y-%m-%d %H:%M:%S}  {note}"])),
			**counts,
		},
	)
	if commit:
		frappe.db.commit()
