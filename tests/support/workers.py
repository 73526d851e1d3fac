"""Real workers of the queue for long jobs, and how to kill them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import frappe
from frappe.utils.background_jobs import get_queues

from tests.support.server import CHECKOUT


@contextmanager
def worker(*arguments: str, burst: bool = False) -> Iterator[subprocess.Popen]:
	"""A worker process while the block runs. Args: arguments, of tests.base.slow_worker; none for a usual worker."""
	command = [sys.executable, "-m", "tests.base.slow_worker", *arguments]
	if not arguments:
		command = [sys.executable, "-m", "frappe.utils.bench_helper", "frappe", "worker", "--queue", "long"]
	path = os.pathsep.join(filter(None, [str(CHECKOUT), os.environ.get("PYTHONPATH")]))
	# a worker of the bench listens to the bench's queue; a site for tests has one of its own
	env = os.environ | {"FRAPPE_REDIS_QUEUE": frappe.conf.redis_queue, "PYTHONPATH": path}
	process = subprocess.Popen(
		[*command, *(["--burst"] if burst and not arguments else [])],
		env=env,
		stdout=subprocess.DEVNULL,
		stderr=subprocess.DEVNULL,
	)
	try:
		yield process
	finally:
		kill(process)


def kill(process: subprocess.Popen) -> None:
	"""Kill -9 a worker and the process in which it does its job, as a machine that loses its power does."""
	children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
	found = children.read_text().split() if children.exists() else []
	for pid in [process.pid, *map(int, found)]:
		with suppress(ProcessLookupError):
			os.kill(pid, signal.SIGKILL)
	process.wait()


def wait_until(come_true: Callable[[], bool], what: str, seconds: float = 180) -> None:
	"""Wait for something that other processes do. Looks with a fresh view of the database each time."""
	until = time.monotonic() + seconds
	while True:
		frappe.db.rollback()
		if come_true():
			return
		assert time.monotonic() < until, f"it took too long until {what}"
		time.sleep(0.1)


def empty_queues() -> None:
	"""Remove the jobs that this site has in the queues."""
	for queue in get_queues():
		for job in queue.get_jobs():
			if job.kwargs.get("site") == frappe.local.site:
				job.delete()
