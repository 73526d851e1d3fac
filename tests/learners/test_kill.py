"""A worker killed at any moment of a run leaves nothing that the next run does not put right."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

import frappe
from frappe.utils import today

from smooth_lms.cohorts import enrollment
from smooth_lms.learners.sync import planner, run
from tests.conftest import SITE
from tests.support import kills
from tests.support.factories import make_batch, make_users
from tests.support.roster import empty_roster, hire
from tests.support.server import CHECKOUT

KNOWN, NEW, MOVED, LEAVERS = 1_700, 300, 300, 100
KILLS = kills.at_most(20)


@pytest.fixture
def company_on_the_move(site) -> Iterator[tuple[list[str], list[str], str]]:
	"""People whom a run has to make, change and archive: (known, new, cohort that leavers sit in). Committed."""
	empty_roster()
	frappe.db.set_single_value("LMS Settings", "hold_percent", 100)
	users = make_users(KNOWN, roles=())
	known = hire(KNOWN, word="known", users=users)
	frappe.flags.smooth_lms_no_helpers = True
	frappe.db.commit()
	run.run_now()
	new = hire(NEW, word="new")
	batch = make_batch(courses=1, seat_count=LEAVERS, enable_waitlist=1).name
	enrollment.enroll_many(batch, users[:LEAVERS], source="HR")
	enrollment.enroll_many(batch, users[LEAVERS : LEAVERS + 50], source="Desk")
	frappe.db.set_value(
		"Employee", {"name": ["in", known[:LEAVERS]]}, {"status": "Left", "relieving_date": today()}
	)
	frappe.db.set_value(
		"Employee", {"name": ["in", known[-MOVED:]]}, {"designation": "Moved", "cell_number": "7"}
	)
	frappe.db.commit()
	yield known, new, batch
	frappe.db.rollback()
	frappe.flags.smooth_lms_no_helpers = False
	frappe.db.set_single_value("LMS Settings", "hold_percent", 10)
	emails = frappe.get_all("Employee", filters={"name": ["in", new]}, pluck="company_email", limit=0)
	frappe.db.delete("LMS Batch Enrollment", {"batch": batch})
	everybody = [*users, *emails]
	for doctype, field in (
		("LMS Enrollment", "member"),
		("Has Role", "parent"),
		("User Permission", "user"),
		("DocShare", "user"),
		("Notification Settings", "name"),
		("User", "name"),
	):
		frappe.db.delete(doctype, {field: ["in", everybody]})
	empty_roster()
	frappe.db.commit()


@pytest.mark.full
def test_killed_at_any_moment(company_on_the_move):
	known, new, batch = company_on_the_move
	killed, longest = 0, 8.0
	for _attempt in range(3 * KILLS):
		if killed == KILLS:
			break
		runs = _runs()
		process = _start()
		try:
			if killed % 4:
				# a slow machine needs many seconds until the process is at work; one kill in four comes in these
				_wait_for_work(process, runs)
			process.wait(timeout=random.uniform(0.1, longest))
		except subprocess.TimeoutExpired:
			os.kill(process.pid, signal.SIGKILL)
			process.wait()
			killed += 1
		else:
			assert process.returncode == 0
			longest = max(1.0, 0.7 * longest)  # this machine is quicker
			_spoil(known[-MOVED:])
	assert killed == KILLS
	last = _start()
	assert last.wait(timeout=1_500) == 0  # so that it ends; a busy machine needs minutes
	frappe.db.rollback()

	rows = dict(frappe.db.sql("select status, count(*) from `tabLMS Learner` group by status"))
	assert rows == {"Active": KNOWN + NEW - LEAVERS, "Archived": LEAVERS}
	assert frappe.db.sql("select count(distinct employee) from `tabLMS Learner`")[0][0] == KNOWN + NEW
	emails = frappe.get_all("Employee", filters={"name": ["in", new]}, pluck="company_email", limit=0)
	assert frappe.db.count("User", {"name": ["in", emails], "enabled": 1}) == NEW
	assert frappe.db.count("Has Role", {"parent": ["in", emails], "role": "LMS Student"}) == NEW
	assert frappe.db.count("Email Queue", {"creation": [">", today()], "reference_doctype": "User"}) == 0
	assert frappe.db.count("LMS Learner", {"job_title": "Moved", "cell_phone": "7"}) == MOVED
	seats = dict(
		frappe.db.sql(
			"select status, count(*) from `tabLMS Batch Enrollment` where batch = %s group by status", batch
		)
	)
	assert seats == {"Withdrawn": LEAVERS, "Enrolled": 50}
	assert frappe.db.get_value("LMS Batch", batch, ["seats_taken", "waitlist_count"]) == (50, 0)
	assert frappe.db.count("LMS Learner", {"country": "Chile"}) == 0
	assert not [change for planned in planner.Planner().chunks() for change in planned.changes]
	open_runs = frappe.get_all(
		"LMS Sync Run", {"status": ["in", ["Queued", "Running", "Held"]]}, pluck="name"
	)
	assert open_runs == []


def _runs() -> int:
	frappe.db.rollback()
	return frappe.db.count("LMS Sync Run")


def _wait_for_work(process: subprocess.Popen, runs: int) -> None:
	until = time.monotonic() + 120
	while process.poll() is None and _runs() == runs:
		assert time.monotonic() < until, "the run has not begun"
		time.sleep(0.05)


def _spoil(employees: list[str]) -> None:
	"""Give the next run something to do: these learners no longer are as HR says."""
	frappe.db.rollback()
	values = {"job_title": None, "cell_phone": None, "country": "Chile"}
	frappe.db.set_value("LMS Learner", {"employee": ["in", employees]}, values)
	frappe.db.commit()


def _start() -> subprocess.Popen:
	path = os.pathsep.join(filter(None, [str(CHECKOUT), os.environ.get("PYTHONPATH")]))
	command = [sys.executable, "-m", "sandbox.in_site", SITE, "tests.learners.kill_target:main"]
	return subprocess.Popen(command, env=os.environ | {"PYTHONPATH": path}, stderr=subprocess.DEVNULL)
