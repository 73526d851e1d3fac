"""Work that is done again when another transaction is in its way."""

import random
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import frappe

from smooth_lms.exceptions import OvertakenError

T = TypeVar("T")
Arguments = ParamSpec("Arguments")

IN_THE_WAY = (frappe.QueryDeadlockError, frappe.QueryTimeoutError, OvertakenError)
"""What happens because of other transactions, and not because of what is done."""
ATTEMPTS = 5
PAUSE_SECONDS = 0.05


@dataclass
class Collected:
	"""What one transaction hands over after its commit."""

	database: Any
	values: dict[Callable[[list[str]], None], dict[str, None]] = field(default_factory=dict)


def in_one_transaction(work: Callable[[], T]) -> T:
	"""Do something that may be repeated, in a transaction of its own, which starts anew when others are in its way.

	Commits what was done before, and what `work` does.

	Args: work, what to do; reads everything it rests on by itself.

	Returns what `work` returns. Raises the last error when others are in the way again and again.
	"""

	def committed() -> T:
		frappe.db.commit()  # what is read now is what others have committed until now
		done = work()
		frappe.db.commit()
		return done

	return _again_while(IN_THE_WAY, committed)


def tried_again_on_deadlock(write: Callable[Arguments, T]) -> Callable[Arguments, T]:
	"""Run `write` again when it is the victim of a deadlock; whoever calls it commits, as a request does at its end.

	MariaDB undoes the victim's whole transaction, so `write` must be all that the request does.
	"""

	@wraps(write)
	def trying(*args: Arguments.args, **kwargs: Arguments.kwargs) -> T:
		return _again_while((frappe.QueryDeadlockError,), lambda: write(*args, **kwargs))

	return trying


def _again_while(in_the_way: tuple[type[Exception], ...], work: Callable[[], T]) -> T:
	"""Do `work`, up to ATTEMPTS times while one of these errors stops it; what it did is undone each time."""
	for attempt in range(1, ATTEMPTS):
		try:
			return work()
		except in_the_way:
			frappe.db.rollback()
			frappe.clear_messages()
		# not all at the same moment: the same ones would meet again
		time.sleep(random.uniform(0.5, 1) * PAUSE_SECONDS * 2**attempt)
	try:
		return work()
	except in_the_way:
		frappe.db.rollback()
		raise


def hand_over_after_commit(hand_over: Callable[[list[str]], None], values: Iterable[str]) -> None:
	"""Collect values within the transaction and hand all of them over at once after its commit, each once.

	Args:
	        hand_over: a function of a module, called with everything that was collected for it.
	        values: added to what was collected before.
	"""
	collected = getattr(frappe.local, "smooth_lms_collected", None)
	if collected is None or collected.database is not frappe.local.db:
		collected = frappe.local.smooth_lms_collected = Collected(frappe.local.db)
		frappe.db.after_commit.add(_hand_over)
		frappe.db.after_rollback.add(_forget)
	collected.values.setdefault(hand_over, {}).update(dict.fromkeys(values))


@contextmanager
def at_once() -> Iterator[None]:
	"""For background jobs: what the commits of this block hand over is done right after them, without a job of its own.

	Whoever hands work to the queue asks `is_at_once`.
	"""
	before = is_at_once()
	frappe.local.smooth_lms_at_once = True
	try:
		yield
	finally:
		frappe.local.smooth_lms_at_once = before


def is_at_once() -> bool:
	"""Whether whoever commits is a background job that does what follows by itself."""
	return bool(getattr(frappe.local, "smooth_lms_at_once", False))


def _hand_over() -> None:
	collected = getattr(frappe.local, "smooth_lms_collected", None)
	_forget()
	for hand_over, values in collected.values.items() if collected else ():
		hand_over(list(values))


def _forget() -> None:
	frappe.local.smooth_lms_collected = None
