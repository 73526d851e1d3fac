"""One run, several workers of the bench: Frappe's own worker processes take its chunks from the queue."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

import frappe
from frappe.utils.background_jobs import get_job, get_queues

from smooth_lms.learners.sync import run as sync_run
from tests.support.roster import empty_roster, hire

NEW, WORKERS = 120, 3


@pytest.fixture
def new_people(site) -> Iterator[list[str]]:
	"""Committed Employees without accounts."""
	empty_roster()
	frappe.db.commit()
	people = hire(NEW, word="parallel")
	frappe.db.commit()
	yield people
	frappe.db.rollback()
	emails = frappe.get_all("Employee", filters={"name": ["in", people]}, pluck="company_email", limit=0)
	for doctype, field in (
		("Has Role", "parent"),
		("User Permission", "user"),
		("DocShare", "user"),
		("Notification Settings", "name"),
		("User", "name"),
	):
		frappe.db.delete(doctype, {field: ["in", emails]})
	empty_roster()
	frappe.db.commit()
	# Frappe wants to make a contact for each of them, and other tests work their queues off
	for queue in get_queues():
		for job in queue.get_jobs():
			if job.kwargs.get("site") == frappe.local.site:
				job.delete()


@contextmanager
def _workers(number: int) -> Iterator[None]:
	command = [sys.executable, "-m", "frappe.utils.bench_helper", "frappe", "worker", "--queue", "long"]
	# a worker of the bench listens to the bench's queue; a site for tests has one of its own
	env = os.environ | {"FRAPPE_REDIS_QUEUE": frappe.conf.redis_queue}
	started = [
		subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
		for _ in range(number)
	]
	try:
		yield
	finally:
		for process in started:
			process.terminate()
		for process in started:
			process.wait(timeout=60)


@pytest.mark.full
def test_new_people_are_made_by_several_workers(new_people):
	with _workers(WORKERS):
		run = sync_run.start(trigger="Person")
		frappe.db.commit()
		until = time.monotonic() + 900  # so that it ends; a busy machine needs minutes
		while _status(run) in ("Queued", "Running") and time.monotonic() < until:
			time.sleep(0.5)
		helped = [_chunks_of_helper(run, number) for number in range(WORKERS)]
	done = frappe.get_doc("LMS Sync Run", run)
	assert (done.status, done.created, done.failed, done.processed) == ("Completed", NEW, 0, NEW)
	assert frappe.db.count("LMS Learner", {"status": "Active"}) == NEW
	assert frappe.db.sql("select count(distinct employee) from `tabLMS Learner`")[0][0] == NEW
	# the leader did the rest; a quick one leaves little to the helpers, who take turns with it
	assert any(helped)
	assert sum(helped) < NEW / sync_run.NEW_A_CHUNK


def _status(run: str) -> str:
	frappe.db.rollback()
	return frappe.db.get_value("LMS Sync Run", run, "status")


def _chunks_of_helper(run: str, number: int) -> int:
	"""How many chunks a helper job has carried out, as it told the queue."""
	job = get_job(f"lms-sync-{run}-{number}")
	return (job.result or 0) if job else 0
