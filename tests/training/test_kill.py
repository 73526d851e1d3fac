"""The night's run and the morning's mails: killed at any moment, or started several times at once, they end the same."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest

import frappe

from smooth_lms.training import reminders
from smooth_lms.training.runs import start as run_start
from tests.conftest import SITE
from tests.support import kills
from tests.support.factories import (
	forget_mail_accounts,
	make_department,
	make_mail_account,
	make_requirement,
	make_workforce,
)
from tests.support.server import CHECKOUT
from tests.support.training import DOCTYPE, remove

PEOPLE, COURSES = 300, 2
KILLS = kills.at_most(14)


@pytest.fixture
def company(site):
	"""A requirement for 300 people of one manager, due so soon that each is reminded at once. Committed."""
	account = make_mail_account()
	(boss,) = make_workforce(1)
	department = make_department()
	record = frappe.db.get_value("Employee", {"user_id": boss})
	users = make_workforce(PEOPLE, department=department, reports_to=record)
	doc = make_requirement(courses=COURSES, due_days=3, audience=[("Include", "Department", department)])
	doc.db_set("active", 1)
	settings = {"remind_weekends": 1, "reminded_on": None}
	before = {field: frappe.db.get_single_value("LMS Settings", field) for field in settings}
	frappe.db.set_single_value("LMS Settings", settings)
	frappe.db.commit()
	yield doc, users
	frappe.db.rollback()
	frappe.db.set_single_value("LMS Settings", before)
	frappe.db.delete(reminders.DIGEST, {"recipient": ["in", users]})
	frappe.db.delete("Email Queue", {"name": ["in", [row.name for row in mails(users)] or [""]]})
	frappe.db.delete("Email Account", {"name": account})
	remove(doc, [*users, boss])
	forget_mail_accounts()


def start(doc):
	path = os.pathsep.join(filter(None, [str(CHECKOUT), os.environ.get("PYTHONPATH")]))
	command = [sys.executable, "-m", "sandbox.in_site", SITE, "tests.training.kill_target:main", doc.name]
	return subprocess.Popen(
		command, env=os.environ | {"PYTHONPATH": path}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
	)


def mails(users):
	return frappe.get_all(
		"Email Queue Recipient",
		filters={"recipient": ["in", users]},
		fields=["recipient", "parent as name"],
		limit=0,
	)


def stage(doc, users):
	"""How many assignments and mails there are."""
	frappe.db.rollback()
	return frappe.db.count(DOCTYPE, {"requirement": doc.name}), len(mails(users))


def wait_for(process, number, doc, users):
	"""Wait until there are so many assignments and mails, however long that takes on a busy machine."""
	deadline = time.monotonic() + 120
	while process.poll() is None and sum(stage(doc, users)) < number and time.monotonic() < deadline:
		time.sleep(0.05)


def end_state(doc, users):
	"""What there is once all is done; the same however it came about."""
	frappe.db.rollback()
	rows = frappe.get_all(
		DOCTYPE,
		filters={"requirement": doc.name},
		fields=["member", "course", "status", "cycle", "reminders"],
		limit=0,
	)
	return {
		"assigned": Counter((row.member, row.course) for row in rows),
		"states": Counter((row.status, row.cycle, row.reminders) for row in rows),
		"enrollments": frappe.db.count("LMS Enrollment", {"member": ["in", users]}),
		"mails": Counter(row.recipient for row in mails(users)),
		"digests": frappe.db.count(reminders.DIGEST, {"recipient": ["in", users]}),
		"runs": Counter(frappe.get_all(run_start.DOCTYPE, {"rule_key": doc.name}, pluck="status")),
		"still to do": run_start.prepare(doc.name),
	}


def expected(doc, users):
	courses = [row.course for row in doc.courses]
	return {
		"assigned": Counter((user, course) for user in users for course in courses),
		"states": Counter({("Pending", 1, 1): PEOPLE * COURSES}),
		"enrollments": PEOPLE * COURSES,
		"mails": Counter(users),
		"digests": PEOPLE,
		"runs": Counter({"Completed": 1}),
		"still to do": None,
	}


@pytest.mark.full
def test_killed_at_any_moment(company):
	doc, users = company
	killed, met = 0, set()
	for attempt in range(KILLS):
		process = start(doc)
		if attempt % 5:
			wait_for(process, sum(stage(doc, users)) + random.randint(1, 100), doc, users)
		else:
			time.sleep(random.uniform(0, 2))  # before it has connected
		if process.poll() is None:
			os.kill(process.pid, signal.SIGKILL)
			killed += 1
		process.wait()
		met.add(stage(doc, users))
	assert killed
	assert len(met) > 2, "the kills met one stage only"
	last = start(doc)
	assert last.wait(timeout=500) == 0, last.stderr.read()
	assert end_state(doc, users) == expected(doc, users)


@pytest.mark.full
def test_started_four_times_at_once(company):
	doc, users = company
	processes = [start(doc) for _ in range(4)]
	for process in processes:
		process.wait(timeout=500)
	# whoever came too late for the run may have thought that there was nothing to say this morning
	frappe.db.rollback()
	frappe.db.set_single_value("LMS Settings", "reminded_on", None)
	frappe.db.commit()
	last = start(doc)
	assert last.wait(timeout=500) == 0, last.stderr.read()
	assert end_state(doc, users) == expected(doc, users)
