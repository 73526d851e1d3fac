"""Working through a run: several workers take chunks of it until none is left.

A worker takes the next chunk under the lock of the run, reads and plans without any lock, and writes what is to be
done together with "done" in one transaction. A worker that dies leaves a chunk that is taken: another takes it after
STALE_SECONDS. A chunk done twice is noticed under its lock, and the unique indexes of the assignments stand behind
that.
"""

import frappe
from frappe import _
from frappe.utils import add_to_date, now_datetime

from smooth_lms.exceptions import BrokenRequirementError
from smooth_lms.training import assign, audience, rules
from smooth_lms.training import run_record as record
from smooth_lms.training.plan import Standing
from smooth_lms.training.run_record import (
	ABORTED,
	CHUNK_DOCTYPE,
	COMPLETED,
	DOCTYPE,
	DONE,
	FAILED,
	LIVE,
	QUEUED,
	RUNNING,
	TAKEN,
	WAITING,
)

STALE_SECONDS = 300
ATTEMPTS = 5


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
		freeze(frappe.db.get_value(DOCTYPE, run, "rule_key"), error)
		record.end(run, FAILED, str(error))
	except Exception as error:
		frappe.db.rollback()
		frappe.log_error(_("Training run failed"), reference_doctype=DOCTYPE, reference_name=run)
		record.end(
			run,
			FAILED,
			_("Stopped by an error: {0} Choose Continue once it is put right.").format(str(error)[:500]),
		)


def _begin(run: str) -> frappe._dict | None:
	"""Take part in a run. The first worker finds out whom to look at, where that was not done before."""
	row = record.lock(run)
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
			record.split(run, members, concerned)
		frappe.db.set_value(DOCTYPE, run, values)
	frappe.db.commit()
	return row


def _take(run: str, stale_seconds: int) -> str | None:
	"""The next chunk, noted as taken. None when nothing is left to take, or somebody wants the run to stop."""
	frappe.db.commit()  # what is read under the lock must not come from a snapshot taken before it
	row = record.lock(run)
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
	row = record.lock(run)
	if row.status != RUNNING:
		frappe.db.commit()
		return
	left = frappe.db.count(CHUNK_DOCTYPE, {"run": run, "status": ["!=", DONE]})
	if row.abort_requested:
		record.end(run, ABORTED, _("Aborted with {0} chunks left.").format(left))
	elif left:
		frappe.db.commit()  # another worker has them; it ends the run, or the sweep finds them stale
	else:
		cancelled = assign.stop(program.key, list(program.subjects))
		again = row.again
		record.end(run, COMPLETED, _("Completed."), cancelled=cancelled)
		if again:
			record.start(program.key, everybody=True, quiet=True)
			frappe.db.commit()


def freeze(key: str, error: Exception) -> None:
	"""A requirement that cannot be carried out is stopped, and its owner told. Commits."""
	from smooth_lms.training import requirements

	frappe.clear_last_message()
	if key == rules.MANDATORY:
		frappe.log_error(_("Mandatory courses cannot be assigned"), str(error))
	else:
		requirements.freeze(key, str(error))
	frappe.db.commit()
