"""Several things at the same moment."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def at_once(jobs: Sequence[Callable[[], Any]]) -> list[Any]:
	"""Start all jobs at the same moment, each in a thread of its own; returns their results in order."""
	barrier = threading.Barrier(len(jobs))

	def wait_and_run(job: Callable[[], Any]) -> Any:
		barrier.wait()
		return job()

	with ThreadPoolExecutor(len(jobs)) as pool:
		return list(pool.map(wait_and_run, jobs))
