"""Background jobs, done by the test itself: in its own transaction, and when it says so."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest.mock import patch

import frappe

NOT_FOR_THE_JOB = ("queue", "timeout", "enqueue_after_commit", "job_id", "deduplicate")


@contextmanager
def no_commits() -> Iterator[None]:
	"""Nothing is kept while the block runs: commits of the code under test would keep what the test has made."""
	with patch.object(frappe.local.db, "commit", lambda *_args, **_options: None):
		yield


class Jobs:
	"""Jobs of one function that were queued, in their order; those of others are forgotten."""

	def __init__(self, function: Callable) -> None:
		self.function = function
		self.path = f"{function.__module__}.{function.__qualname__}"
		self.queued: list[dict] = []

	@contextmanager
	def collected(self) -> Iterator["Jobs"]:
		"""Collect what is queued while the block runs."""
		with patch.object(frappe, "enqueue", self._enqueue):
			yield self

	def work(self) -> None:
		"""Do what is queued, and what that queues."""
		with no_commits():
			while self.queued:
				options = self.queued.pop(0)
				self.function(**{key: value for key, value in options.items() if key not in NOT_FOR_THE_JOB})

	def _enqueue(self, method: str | Callable, **options) -> None:
		if method in (self.path, self.function):
			self.queued.append(options)
