"""Working through a run: several workers take chunks of it until none is left.

A worker takes the next chunk under the lock of the run, reads and plans without any lock, and writes what is to be
done together with "done" in one transaction. A worker that dies leaves a chunk that is taken: another takes it after
STALE_SECONDS. A chunk done twice is noticed under its lock, and the unique indexes of the assignments stand behind
that. How a run is begun, stopped, continued and swept is in `base/runs.py`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NoReturn

import frappe
from frappe import _
from frappe.utils import add_to_date, getdate, now_datetime

from smooth_lms.base import runs as engine
from smooth_lms.base import stored_json
from smooth_lms.base.rows import set_value
from smooth_lms.base.run_kind import RunKind
from smooth_lms.exceptions import BrokenRequirementError, OvertakenError, TrainingRefusedError
from smooth_lms.people import audience
from smooth_lms.people.presence import Presence
from smooth_lms.training.assignments import assign
from smooth_lms.training.requirement import rules
from smooth_lms.training.requirement.freezing import freeze
from smooth_lms.training.runs import record
from smooth_lms.training.runs.record import CHUNK_DOCTYPE, DOCTYPE, DONE, TAKEN, WAITING

STALE_SECONDS = 300
WORKERS = 2
"""Jobs for a run of more than one chunk; each goes on until nothing is left to take."""


@dataclass
class Work:
	"""What the chunks of one worker share."""

	program: rules.Program
	stale_seconds: int
	chunk: str | None = None
	"""The one that was taken last."""
	cancelled: int = 0
	"""Assignments taken back besides those of the chunks."""


class TrainingRun(RunKind):
	"""Brings the assignments of one requirement up to date."""

	doctype = DOCTYPE
	job = "smooth_lms.training.runs.work.work"
	fields = ("rule_key", "everybody", "again", "candidates")
	alone = ("rule_key",)
	workers = 8
	timeout_seconds = 2 * 60 * 60
	lease_seconds = None
	restarts = 10
	as_requester = False

	def started(self, row: frappe._dict) -> None:
		"""Find out whom to look at, where that was not done before."""
		if not frappe.db.exists(CHUNK_DOCTYPE, {"run": row.name}):
			program = rules.load(row.rule_key)
			members, concerned = assign.candidates(program, everybody=bool(row.everybody))
			record.split(row.name, members, concerned)

	@contextmanager
	def open(self, row: frappe._dict, stale_seconds: int = STALE_SECONDS, **options: Any) -> Iterator[Work]:
		"""The requirement, read once for all chunks."""
		yield Work(rules.load(row.rule_key), stale_seconds)

	def next_chunk(self, row: frappe._dict, work: Work) -> dict[str, Any] | None:
		"""Note the next chunk as taken."""
		old = add_to_date(now_datetime(), seconds=-work.stale_seconds)
		table = frappe.qb.DocType(CHUNK_DOCTYPE)
		found = (
			frappe.qb.from_(table)
			.select(table.name)
			.where(table.run == row.name)
			.where((table.status == WAITING) | ((table.status == TAKEN) & (table.taken_on < old)))
			.orderby(table.number)
			.limit(1)
		).run(pluck=True)
		if not found:
			return None
		work.chunk = found[0]
		taken = {"status": TAKEN, "taken_on": now_datetime()}
		set_value(CHUNK_DOCTYPE, work.chunk, taken, update_modified=False)
		return {}

	def carry_out(self, row: frappe._dict, work: Work) -> None:
		"""Do the chunk that was taken."""
		_write(work.program, work.chunk)

	def finish(self, row: frappe._dict, work: Work) -> dict[str, Any] | None:
		"""Whoever finds nothing left to take, and nobody at work on a chunk, ends the run."""
		if _left(row.name):
			return None  # another worker has them; it ends the run, or the sweep finds it orphaned
		work.cancelled = assign.stop(work.program.key, list(work.program.subjects))
		return {}

	def ended(self, row: frappe._dict, status: str, work: Work | None) -> dict[str, Any]:
		"""The counts of all chunks."""
		counts = record.sums(row.name)
		counts["cancelled"] += work.cancelled if work else 0
		return {"again": 0, **counts}

	def completed(self, row: frappe._dict) -> None:
		"""What has changed meanwhile is looked at by another run."""
		if row.again:
			start(row.rule_key, everybody=True, quiet=True)

	def resumed(self, row: frappe._dict) -> dict[str, Any]:
		"""What dead workers had taken is for others. Refused while another run of the requirement is at work."""
		other = record.at_work(row.rule_key)
		if other and other != row.name:
			self.refuse(_at_work(other))
		set_value(CHUNK_DOCTYPE, {"run": row.name, "status": TAKEN}, "status", WAITING)
		return {}

	def jobs(self, row: frappe._dict) -> int:
		"""More than one for more than one chunk."""
		return WORKERS if row.candidates > assign.CHUNK or not row.candidates else 1

	def aborted_note(self, row: frappe._dict) -> str:
		"""How much is left."""
		return _("Aborted with {0} chunks left.").format(_left(row.name))

	def failure_note(self, run: str, error: Exception) -> str:
		"""A requirement that cannot be carried out is stopped, too."""
		if not isinstance(error, BrokenRequirementError):
			return super().failure_note(run, error)
		freeze(frappe.db.get_value(DOCTYPE, run, "rule_key"), error)
		return str(error)

	def refuse(self, sentence: str) -> NoReturn:
		"""Raise TrainingRefusedError."""
		raise TrainingRefusedError(reason=sentence)


RUN = TrainingRun()


def start(key: str, *, everybody: bool = False, trigger: str = "Person", quiet: bool = False):
	"""Start a run in the background once the present transaction is committed.

	Args:
	        key: a requirement, or `mandatory`.
	        everybody: look at everybody concerned, not only where something seems to be due.
	        quiet: let it pass when one is at work already, instead of refusing.

	Returns the name of the run. Raises TrainingRefusedError when one is at work.
	"""
	run = None if record.at_work(key) else _begun(key, everybody, trigger)
	if run:
		return run
	# locked: it cannot end before it knows what is wanted
	found = record.at_work(key, latest=True)
	if not found:  # it has ended since this transaction has begun to read
		run = _begun(key, everybody, trigger)
		if not run:
			raise OvertakenError
		return run
	if quiet:
		# what it has done already is looked at again when it ends
		set_value(DOCTYPE, found, "again", 1)
		return found
	raise TrainingRefusedError(reason=_at_work(found))


def look_again_if_begun_earlier(key: str) -> None:
	"""Let a run at work that was begun on an earlier day, and found out then whom to look at, look at all once more.

	Raises OvertakenError when it has ended since this transaction has begun to read.
	"""
	found = record.at_work(key, latest=True)
	if not found:
		raise OvertakenError
	if getdate(frappe.db.get_value(DOCTYPE, found, "creation")) < rules.today():
		set_value(DOCTYPE, found, "again", 1)


def _begun(key: str, everybody: bool, trigger: str) -> str | None:
	try:
		run = create(key, trigger, everybody)
	except OvertakenError:
		return None
	enqueue(run)
	return run


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
			"trigger": trigger,
			"everybody": int(everybody),
			"requested_by": frappe.session.user,
			**engine.begin(RUN),
		}
	)
	try:
		return doc.insert(ignore_permissions=True).name
	except frappe.UniqueValidationError:
		frappe.clear_last_message()
		raise OvertakenError from None


def enqueue(run: str) -> None:
	"""Hand a run to background jobs once the present transaction is committed."""
	engine.enqueue(RUN, run)


def work(run: str, stale_seconds: int = STALE_SECONDS) -> None:
	"""The background job: take chunks of a run until none is left. Several may work at the same time. Commits."""
	engine.perform(RUN, run, stale_seconds=stale_seconds)


def _write(program: rules.Program, chunk: str) -> None:
	stored = frappe.db.get_value(CHUNK_DOCTYPE, chunk, "members")
	members = stored_json.read(stored, [], doctype=CHUNK_DOCTYPE, name=chunk)
	todo, facts = assign.plan(program, members)
	# numbers are taken in a transaction of their own: the series would make workers wait for each other's writing
	names = assign.take_names(assign.needs_names(todo)) if assign.needs_names(todo) else []
	frappe.db.commit()
	if frappe.db.get_value(CHUNK_DOCTYPE, chunk, "status", for_update=True) == DONE:
		return
	assign.drop(todo, _left_meanwhile(program, todo))
	counts = assign.write(program, todo, facts, names)
	values = {field: counts[field] for field in assign.COUNTS}
	set_value(CHUNK_DOCTYPE, chunk, {"status": DONE, **values}, update_modified=False)


def _left_meanwhile(program: rules.Program, todo: assign.Todo) -> set[str]:
	users = {user for user, _root in (*todo.open, *todo.credit, *todo.ask)}
	now = audience.everybody(program.today, users)
	return {user for user in users if user not in now or now[user].presence is Presence.GONE}


def _left(run: str) -> int:
	return frappe.db.count(CHUNK_DOCTYPE, {"run": run, "status": ["!=", DONE]})


def _at_work(run: str) -> str:
	return _("A run for this requirement is at work: wait until {0} has ended.").format(run)
