"""Runs of the assigner (LMS Training Run): one at a time for each requirement, in chunks that workers share.

A run notes at its start whom it has to look at, in chunks. A worker takes the next chunk under the lock of the run,
reads and plans without any lock, and writes what is to be done together with "done" in one transaction. A worker
that dies leaves a chunk that is taken: another takes it after STALE_SECONDS. A chunk done twice is noticed under its
lock, and the unique indexes of the assignments stand behind that.
"""

from collections.abc import Collection
from datetime import datetime

import frappe
from frappe import _
from frappe.utils import add_to_date, now_datetime

from smooth_lms.bulk import insert_rows
from smooth_lms.exceptions import BrokenRequirementError, OvertakenError, TrainingRefusedError
from smooth_lms.training import assign, audience, ledger, rules
from smooth_lms.training.plan import Standing

DOCTYPE, CHUNK_DOCTYPE = "LMS Training Run", "LMS Training Run Chunk"
QUEUED, RUNNING, COMPLETED, FAILED, ABORTED = "Queued", "Running", "Completed", "Failed", "Aborted"
WAITING, TAKEN, DONE = "Waiting", "Taken", "Done"
LIVE = (QUEUED, RUNNING)
STALE_SECONDS = 300
ATTEMPTS = 5
TIMEOUT_SECONDS = 2 * 60 * 60
WORKERS = 2
"""Jobs for a run of more than one chunk; each goes on until nothing is left to take."""


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
			_enqueue(run)
	return started


def nightly() -> None:
	"""Scheduler: what the clock asks for, then everybody's assignments."""
	from smooth_lms.training import status

	try:
		status.daily()
	except Exception:
		# what is due is assigned all the same; the next night tries again
		frappe.db.rollback()
		frappe.log_error(_("The status of training assignments could not be brought up to date"))
		frappe.db.commit()
	assign_all()


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
			run = _create(key, trigger, everybody)
			_enqueue(run)
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


def prepare(key: str, *, trigger: str = "Schedule", everybody: bool = False) -> str | None:
	"""Find out whom a requirement has to look at. Returns the run, or None when there is nothing to do.

	Raises OvertakenError when another run has begun or ended since this transaction has begun to read.
	"""
	known = _history(key)
	try:
		program = rules.load(key)
	except BrokenRequirementError as error:
		_freeze(key, error)
		return None
	if at_work(key):
		return None
	gone = ledger.open_of_other_courses(key, program.subjects)
	members, concerned = assign.candidates(program, everybody=everybody)
	if not members and not gone:
		return None
	run = _create(key, trigger, everybody)
	# the index lets nobody else begin a run until this transaction ends; whoever has begun and ended one since the
	# look above was taken has done what it found
	if _history(key, latest=True, but=run) != known:
		raise OvertakenError
	_split(run, members, concerned)
	return run


def at_work(key: str, *, latest: bool = False) -> str | None:
	"""The run of a requirement that has not ended, if there is one.

	Args: latest, as it is now, and not as it was when the transaction began; locks the run.
	"""
	filters = {"rule_key": key, "open_mark": ledger.MARK}
	return frappe.db.get_value(DOCTYPE, filters, "name", for_update=latest)


def work(run: str, stale_seconds: int = STALE_SECONDS) -> None:
	"""The background job: take chunks of a run until none is left. Several may work at the same time. Commits."""
	try:
		row = _begin(run)
		if row is None:
			return
		program = rules.load(row.rule_key)
		while number := _take(run, stale_seconds):
			_do(program, number)
		_finish(run, program)
	except BrokenRequirementError as error:
		frappe.db.rollback()
		_freeze(frappe.db.get_value(DOCTYPE, run, "rule_key"), error)
		_end(run, FAILED, str(error))
	except Exception as error:
		frappe.db.rollback()
		frappe.log_error(_("Training run failed"), reference_doctype=DOCTYPE, reference_name=run)
		_end(
			run,
			FAILED,
			_("Stopped by an error: {0} Choose Continue once it is put right.").format(str(error)[:500]),
		)


def abort(run: str) -> None:
	"""Stop a run: chunks that are being worked on are finished, the others are left."""
	row = _lock(run)
	if row.status not in LIVE:
		raise TrainingRefusedError(reason=_("The run has ended already: there is nothing to abort."))
	if row.status == QUEUED:
		_end(run, ABORTED, _("Aborted."), commit=False)
	else:
		frappe.db.set_value(DOCTYPE, run, "abort_requested", 1)


def resume(run: str) -> None:
	"""Continue a run that failed or was aborted."""
	row = _lock(run)
	if row.status not in (FAILED, ABORTED):
		raise TrainingRefusedError(reason=_("Only a run that failed or was aborted can be continued."))
	if other := at_work(row.rule_key):
		raise TrainingRefusedError(
			reason=_("A run for this requirement is at work: wait until {0} has ended.").format(other)
		)
	values = {"status": QUEUED, "open_mark": ledger.MARK, "abort_requested": 0, "finished_on": None}
	frappe.db.set_value(DOCTYPE, run, {**values, "attempt": row.attempt + 1, "last_step_on": now_datetime()})
	frappe.db.set_value(CHUNK_DOCTYPE, {"run": run, "status": TAKEN}, "status", WAITING)
	_enqueue(run)


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
	return answer | _sums(run)


def sweep() -> list[str]:
	"""Scheduler: give runs whose workers have died to new ones. Returns them."""
	old = add_to_date(now_datetime(), seconds=-STALE_SECONDS)
	names = frappe.get_all(
		DOCTYPE, filters={"status": ["in", LIVE], "last_step_on": ["<", old]}, pluck="name", limit=0
	)
	for name in names:
		row = _lock(name)
		if row.status in LIVE and row.last_step_on < old:
			frappe.db.set_value(DOCTYPE, name, {"attempt": row.attempt + 1, "last_step_on": now_datetime()})
			_enqueue(name)
	return names


def forget(run: str) -> None:
	"""Remove the chunks of a run that is being deleted. Raises ValidationError while it is at work."""
	if frappe.db.get_value(DOCTYPE, run, "status") in LIVE:
		frappe.throw(_("The run is at work: abort it first."))
	frappe.db.delete(CHUNK_DOCTYPE, {"run": run})


# Working through a run


def _begin(run: str) -> frappe._dict | None:
	"""Take part in a run. The first worker finds out whom to look at, where that was not done before."""
	row = _lock(run)
	if row.status not in LIVE:
		frappe.db.commit()
		return None
	if row.status == QUEUED:
		values = {
			"status": RUNNING,
			"started_on": row.started_on or now_datetime(),
			"last_step_on": now_datetime(),
		}
		if not frappe.db.exists(CHUNK_DOCTYPE, {"run": run}):
			program = rules.load(row.rule_key)
			members, concerned = assign.candidates(program, everybody=bool(row.everybody))
			_split(run, members, concerned)
		frappe.db.set_value(DOCTYPE, run, values)
	frappe.db.commit()
	return row


def _take(run: str, stale_seconds: int) -> str | None:
	"""The next chunk, noted as taken. None when nothing is left to take, or somebody wants the run to stop."""
	frappe.db.commit()  # what is read under the lock must not come from a snapshot taken before it
	row = _lock(run)
	if row.status != RUNNING or row.abort_requested:
		frappe.db.commit()
		return None
	old = add_to_date(now_datetime(), seconds=-stale_seconds)
	table = frappe.qb.DocType(CHUNK_DOCTYPE)
	found = (
		frappe.qb.from_(table)
		.select(table.name)
		.where(table.run == run)
		.where((table.status == WAITING) | ((table.status == TAKEN) & (table.taken_on < old)))
		.orderby(table.number)
		.limit(1)
	).run(pluck=True)
	if found:
		frappe.db.set_value(
			CHUNK_DOCTYPE, found[0], {"status": TAKEN, "taken_on": now_datetime()}, update_modified=False
		)
		frappe.db.set_value(DOCTYPE, run, "last_step_on", now_datetime(), update_modified=False)
	frappe.db.commit()
	return found[0] if found else None


def _do(program: rules.Program, chunk: str) -> None:
	for attempt in range(1, ATTEMPTS + 1):
		try:
			_write(program, chunk)
			frappe.db.commit()
			return
		except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
			frappe.db.rollback()
			if attempt == ATTEMPTS:
				raise


def _write(program: rules.Program, chunk: str) -> None:
	members = frappe.parse_json(frappe.db.get_value(CHUNK_DOCTYPE, chunk, "members"))
	todo, facts = assign.plan(program, members)
	# numbers are taken in a transaction of their own: the series would make workers wait for each other's writing
	names = assign.take_names(assign.needs_names(todo)) if assign.needs_names(todo) else []
	frappe.db.commit()
	if frappe.db.get_value(CHUNK_DOCTYPE, chunk, "status", for_update=True) == DONE:
		return
	assign.drop(todo, _left_meanwhile(program, todo))
	counts = assign.write(program, todo, facts, names)
	values = {field: counts[field] for field in assign.COUNTS}
	frappe.db.set_value(CHUNK_DOCTYPE, chunk, {"status": DONE, **values}, update_modified=False)


def _left_meanwhile(program: rules.Program, todo: assign.Todo) -> set[str]:
	users = {user for user, _root in (*todo.open, *todo.credit, *todo.ask)}
	now = audience.everybody(program.today, users)
	return {user for user in users if user not in now or now[user].standing is Standing.GONE}


def _finish(run: str, program: rules.Program) -> None:
	"""Whoever finds nothing left to take ends the run, unless others still work on their chunks."""
	frappe.db.commit()
	row = _lock(run)
	if row.status != RUNNING:
		frappe.db.commit()
		return
	left = frappe.db.count(CHUNK_DOCTYPE, {"run": run, "status": ["!=", DONE]})
	if row.abort_requested:
		_end(run, ABORTED, _("Aborted with {0} chunks left.").format(left))
	elif left:
		frappe.db.commit()  # another worker has them; it ends the run, or the sweep finds them stale
	else:
		cancelled = assign.stop(program.key, list(program.subjects))
		again = row.again
		_end(run, COMPLETED, _("Completed."), cancelled=cancelled)
		if again:
			start(program.key, everybody=True, quiet=True)
			frappe.db.commit()


def _prepare_afresh(key: str, trigger: str) -> str | None:
	"""As `prepare`, and committed; looks again where another process was quicker."""
	for attempt in range(1, ATTEMPTS + 1):
		try:
			run = prepare(key, trigger=trigger)
			frappe.db.commit()
			return run
		except (OvertakenError, frappe.QueryDeadlockError, frappe.QueryTimeoutError):
			frappe.db.rollback()
			if attempt == ATTEMPTS:
				raise
	return None


# The run's document


def _history(key: str, *, latest: bool = False, but: str = "") -> set[tuple]:
	"""The runs of a requirement and how far they are.

	Args:
	        latest: as they are now, and not as they were when the transaction began.
	        but: a run to leave out.
	"""
	statement = "select name, attempt, status from `tabLMS Training Run` where rule_key = %s and name != %s"
	return set(frappe.db.sql(f"{statement} lock in share mode" if latest else statement, (key, but)))


def _create(key: str, trigger: str, everybody: bool) -> str:
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


def _split(run: str, members: list[str], concerned: int) -> None:
	rows = [
		(run, number, WAITING, len(part), frappe.as_json(list(part), indent=None))
		for number, part in enumerate(assign.chunks(members), start=1)
	]
	insert_rows(CHUNK_DOCTYPE, ("run", "number", "status", "people", "members"), rows)
	frappe.db.set_value(
		DOCTYPE, run, {"candidates": len(members), "audience_count": concerned}, update_modified=False
	)


def _enqueue(run: str) -> None:
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


def _lock(run: str) -> frappe._dict:
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


def _sums(run: str) -> dict[str, int]:
	rows = frappe.get_all(
		CHUNK_DOCTYPE, filters={"run": run, "status": DONE}, fields=["people", *assign.COUNTS], limit=0
	)
	return {
		"processed": sum(row.people for row in rows),
		**{field: sum(row[field] for row in rows) for field in assign.COUNTS},
	}


def _end(run: str, status: str, note: str, *, cancelled: int = 0, commit: bool = True) -> None:
	row = _lock(run)
	stamp: datetime = now_datetime()
	sums = _sums(run)
	sums["cancelled"] += cancelled
	frappe.db.set_value(
		DOCTYPE,
		run,
		{
			"status": status,
			"finished_on": stamp,
			"open_mark": None,
			"again": 0,
			"log": "\n".join(filter(None, [row.log, f"{stamp:%Y-%m-%d %H:%M:%S}  {note}"])),
			**sums,
		},
	)
	if commit:
		frappe.db.commit()


def _freeze(key: str, error: Exception) -> None:
	from smooth_lms.training import requirements

	frappe.clear_last_message()
	if key == rules.MANDATORY:
		frappe.log_error(_("Mandatory courses cannot be assigned"), str(error))
	else:
		requirements.freeze(key, str(error))
	frappe.db.commit()
