"""What a domain says about a kind of background run; `runs.py` does the rest."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, NoReturn

import frappe
from frappe import _
from frappe.utils import now_datetime

QUEUED, RUNNING, COMPLETED, FAILED, ABORTED = "Queued", "Running", "Completed", "Failed", "Aborted"
ENDED_EARLY = (FAILED, ABORTED)
FIELDS = ("status", "requested_by", "started_on", "finished_on", "last_step_on", "attempt", "abort_requested")
"""What the document of every kind of run has, besides what it counts."""
MARK = "1"
"""In `open_mark` while a run is at work, empty after: a unique index over it admits one at a time."""


class RunKind:
	"""One kind of run. A domain gives `next_chunk`, and overrides what else is its own."""

	doctype: ClassVar[str]
	job: ClassVar[str]
	"""The background job, as a dotted path: a function that calls `perform`."""
	fields: ClassVar[tuple[str, ...]] = ()
	"""What the methods below read from the run's row, besides FIELDS."""
	queued: ClassVar[str] = QUEUED
	"""The status of a run that waits for its job."""
	log_field: ClassVar[str] = "log"
	alone: ClassVar[tuple[str, ...] | None] = None
	"""Of the runs that have the same in these fields one is at work at a time; None where any number may be."""
	workers: ClassVar[int] = 1
	"""How many jobs may work on one run at the same time."""
	timeout_seconds: ClassVar[int] = 4 * 60 * 60
	lease_seconds: ClassVar[int | None] = 60 * 60
	"""After so long a job hands the run to a new one, so that the time limit of the queue never meets a chunk. None
	where the work cannot be handed over."""
	restarts: ClassVar[int] = 0
	"""How often an orphaned run starts again by itself; after that, and with 0, a person decides."""
	as_requester: ClassVar[bool] = True
	"""Whether the job reaches as far as who asked for the run, whoever continues it."""

	def next_chunk(self, row: frappe._dict, work: Any) -> dict[str, Any] | None:
		"""Do the next chunk, in the transaction that has locked the run's row.

		Args:
		        row: the run's row.
		        work: what `open` gave.

		Returns what the run's row gets, or None when nothing is left to take.
		"""
		raise NotImplementedError

	@contextmanager
	def open(self, row: frappe._dict, **options: Any) -> Iterator[Any]:
		"""What the chunks of one job share."""
		yield None

	def ask_again(self, row: frappe._dict) -> None:
		"""Ask, before each chunk, whether the person the run works for may still want it. Raises PermissionError."""

	def started(self, row: frappe._dict) -> None:
		"""What a job does first, in the transaction that has locked the run's row."""

	def carry_out(self, row: frappe._dict, work: Any) -> None:
		"""Do what `next_chunk` took, in a transaction of its own that does not hold the run.

		For chunks that several workers share, and for those that take long: whoever aborts waits for the run's row.
		"""

	def finish(self, row: frappe._dict, work: Any) -> dict[str, Any] | None:
		"""What the run's row gets at its end. None when others are still at work on what is left."""
		return {}

	def ended(self, row: frappe._dict, status: str, work: Any) -> dict[str, Any]:
		"""What the run's row gets whenever it ends, however. Args: work, None where no job has ended it."""
		return {}

	def completed(self, row: frappe._dict) -> None:
		"""What follows a completed run, in the same transaction."""

	def resumed(self, row: frappe._dict) -> dict[str, Any]:
		"""What the run's row gets when it goes on. Raises when it must not."""
		return {}

	def jobs(self, row: frappe._dict) -> int:
		"""How many jobs a run is handed to."""
		return 1

	def aborted_note(self, row: frappe._dict) -> str:
		"""What the log says about an abort."""
		return _("Aborted.")

	def failure_note(self, run: str, error: Exception) -> str:
		"""What the log says about an error; writes the error down."""
		frappe.log_error(
			_("{0} failed").format(_(self.doctype)), reference_doctype=self.doctype, reference_name=run
		)
		sentence = str(error)[:500] or type(error).__name__
		return _("Stopped by an error: {0} Choose Continue once it is put right.").format(sentence)

	def orphaned_note(self) -> str:
		"""What the log says when the worker of a run was killed, or its job was lost."""
		return _("The background job ended before the run was finished. Choose Continue.")

	def logged(self, row: frappe._dict, *notes: str) -> dict[str, str]:
		"""The log with further lines, as a value of the run's row."""
		stamp = now_datetime().strftime("%Y-%m-%d %H:%M:%S")
		# each note is one line, whatever an error says
		lines = [f"{stamp}  {' '.join(note.split())}" for note in notes if note]
		before = (row.get("log") or "").rstrip("\n")
		return {"log": "\n".join(filter(None, [before, *lines]))} if lines else {}

	def refuse(self, sentence: str) -> NoReturn:
		"""Raise the domain's own error."""
		frappe.throw(sentence)

	def lock_names(self, run: str) -> list[str]:
		"""The locks of which whoever works on a run holds one."""
		return [f"{self.doctype}:{run}:{slot}" for slot in range(self.workers)]

	def work(self, run: str, row: frappe._dict, **options: Any) -> bool:
		"""Do the whole run in a way of its own. False where it is done chunk by chunk."""
		return False

	@property
	def live(self) -> tuple[str, str]:
		"""The statuses of a run that has not ended."""
		return self.queued, RUNNING
