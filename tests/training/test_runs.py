"""Runs of the assigner with real processes: several at once, killed midway, started twice, stopped."""

import itertools
import multiprocessing
import os
import signal
import time

import pytest

import frappe
from frappe.utils import add_to_date, now_datetime

from smooth_lms.base import runs as engine
from smooth_lms.exceptions import TrainingRefusedError
from smooth_lms.training import activation
from smooth_lms.training.assignments import assign
from smooth_lms.training.runs import start
from smooth_lms.training.runs import work as run_work
from tests.support.factories import make_department, make_requirement, make_workforce
from tests.support.training import DOCTYPE, remove

PEOPLE, FEW, COURSES = 1_600, 10, 2


@pytest.fixture
def big():
	"""A requirement for 1,600 people, committed; removed afterwards."""
	yield from requirement_for(PEOPLE)


@pytest.fixture
def few():
	"""A requirement for ten people, committed; removed afterwards."""
	yield from requirement_for(FEW)


def requirement_for(people):
	department = make_department()
	users = make_workforce(people, department=department)
	doc = make_requirement(courses=COURSES, audience=[("Include", "Department", department)])
	doc.db_set("active", 1)
	frappe.db.commit()
	yield doc, users
	frappe.db.rollback()
	remove(doc, users)


def fresh():
	frappe.db.rollback()  # a new snapshot


def assigned(doc):
	fresh()
	return frappe.get_all(
		DOCTYPE, filters={"requirement": doc.name}, fields=["member", "course"], as_list=True, limit=0
	)


def in_process(run, stuck_at=0, stale_seconds=start.STALE_SECONDS):
	"""A worker. Args: stuck_at, at which chunk it stops for ever, when everything is written and nothing committed."""
	context = multiprocessing.get_context("spawn")
	process = context.Process(target=worker, args=(frappe.local.site, run, stuck_at, stale_seconds))
	process.start()
	return process


def worker(site, run, stuck_at, stale_seconds):
	frappe.init(site=site, sites_path=".")
	frappe.connect()
	write, chunks = assign.write, itertools.count(1)

	def write_or_stop(*args, **kwargs):
		counts = write(*args, **kwargs)
		if next(chunks) == stuck_at:
			signal.pause()
		return counts

	assign.write = write_or_stop
	start.work(run, stale_seconds)
	frappe.destroy()


def test_four_workers_share_a_run(big):
	doc, _users = big
	run = start.prepare(doc.name)
	frappe.db.commit()
	processes = [in_process(run) for _ in range(4)]
	for process in processes:
		process.join(timeout=240)
	pairs = assigned(doc)
	assert len(pairs) == len(set(pairs)) == PEOPLE * COURSES
	row = start.progress(run)
	assert (row["status"], row["opened"], row["processed"]) == ("Completed", PEOPLE * COURSES, PEOPLE)
	assert start.prepare(doc.name) is None


def test_killed_midway_and_continued(big):
	doc, users = big
	run = start.prepare(doc.name)
	frappe.db.commit()
	process = in_process(run, stuck_at=2)
	deadline = time.monotonic() + 120
	while not assigned(doc) and time.monotonic() < deadline:
		time.sleep(0.2)
	os.kill(process.pid, signal.SIGKILL)
	process.join()
	done = len(assigned(doc))
	assert done == assign.CHUNK * COURSES
	assert frappe.db.get_value(start.DOCTYPE, run, "status") == "Running"
	frappe.db.commit()
	start.work(run, stale_seconds=0)
	pairs = assigned(doc)
	assert len(pairs) == len(set(pairs)) == PEOPLE * COURSES
	row = start.progress(run)
	assert (row["status"], row["opened"]) == ("Completed", PEOPLE * COURSES)
	assert frappe.db.count("LMS Enrollment", {"member": ["in", users]}) == PEOPLE * COURSES


def test_started_twice_is_one_run(few):
	doc, _users = few
	first = start.prepare(doc.name)
	frappe.db.commit()
	assert start.prepare(doc.name) is None
	with pytest.raises(frappe.UniqueValidationError):
		frappe.get_doc({**frappe.get_doc(start.DOCTYPE, first).as_dict(), "name": None}).insert()
	frappe.db.rollback()
	start.work(first)
	assert len(assigned(doc)) == FEW * COURSES


def elsewhere(action, key):
	"""What another process does, from beginning to end."""
	process = multiprocessing.get_context("spawn").Process(target=action, args=(frappe.local.site, key))
	process.start()
	process.join(timeout=240)
	assert process.exitcode == 0


def whole_run(site, key):
	frappe.init(site=site, sites_path=".")
	frappe.connect()
	start.assign_all(keys=[key], now=True)
	frappe.destroy()


def begin_run(site, key):
	frappe.init(site=site, sites_path=".")
	frappe.connect()
	start.prepare(key)
	frappe.db.commit()
	frappe.destroy()


@pytest.mark.parametrize(("action", "status"), [(whole_run, "Completed"), (begin_run, "Queued")])
def test_a_look_that_another_run_has_overtaken_makes_no_run(few, monkeypatch, action, status):
	doc, _users = few
	look, overtaken_by = assign.candidates, []

	def overtaken(program, **kwargs):
		found = look(program, **kwargs)
		if not overtaken_by:
			overtaken_by.append(action)
			elsewhere(action, program.key)
		return found

	monkeypatch.setattr(assign, "candidates", overtaken)
	assert start.assign_all(keys=[doc.name], now=True) == []
	fresh()
	assert overtaken_by
	assert frappe.get_all(start.DOCTYPE, {"rule_key": doc.name}, pluck="status") == [status]


@pytest.mark.parametrize("quiet", [True, False])
def test_a_start_that_another_run_has_overtaken_joins_it_or_is_refused(few, quiet):
	doc, _users = few
	fresh()
	assert start.at_work(doc.name) is None  # the snapshot in which nothing is at work
	elsewhere(begin_run, doc.name)
	if quiet:
		found = start.start(doc.name, quiet=True)
		assert frappe.get_all(start.DOCTYPE, {"rule_key": doc.name, "again": 1}, pluck="name") == [found]
	else:
		with pytest.raises(TrainingRefusedError, match="is at work: wait until LMS-TRN"):
			start.start(doc.name)


def end_run(site, key):
	frappe.init(site=site, sites_path=".")
	frappe.connect()
	start.work(start.at_work(key))
	frappe.destroy()


def test_a_start_begins_anew_where_the_run_at_work_has_just_ended(few):
	doc, _users = few
	first = start.prepare(doc.name)
	frappe.db.commit()
	assert start.at_work(doc.name) == first  # the snapshot in which it is at work
	elsewhere(end_run, doc.name)
	second = start.start(doc.name, everybody=True, quiet=True)
	assert second != first
	assert frappe.db.get_value(start.DOCTYPE, second, ["status", "everybody"]) == ("Queued", 1)
	frappe.db.commit()
	start.work(second)


@pytest.mark.parametrize(("days", "again"), [(0, 0), (-1, 1)])
def test_a_run_that_is_at_work_since_yesterday_looks_at_all_once_more(few, days, again):
	"""Whom it has to look at was found out on the day before: for others it is this night that counts."""
	doc, _users = few
	run = start.prepare(doc.name)
	frappe.db.set_value(start.DOCTYPE, run, "creation", add_to_date(now_datetime(), days=days))
	assert start.prepare(doc.name) is None
	assert frappe.db.get_value(start.DOCTYPE, run, "again") == again


def test_stopped_and_continued(big):
	doc, _users = big
	run = start.prepare(doc.name)
	frappe.db.commit()
	row = engine._begin_work(start.RUN, run)
	with start.RUN.open(row) as work:
		assert engine._step(start.RUN, run, work)
	start.abort(run)
	frappe.db.commit()
	start.work(run)
	fresh()
	row = start.progress(run)
	assert (row["status"], row["processed"], row["opened"]) == ("Aborted", 500, 500 * COURSES)
	start.resume(run)
	frappe.db.commit()
	start.work(run)
	assert len(assigned(doc)) == PEOPLE * COURSES


def test_somebody_who_leaves_during_the_run_gets_nothing(few):
	doc, users = few
	program = assign.rules.load(doc.name)
	todo, _facts = assign.plan(program, users)
	frappe.db.set_value("Employee", {"user_id": users[0]}, "status", "Left")
	assign.drop(todo, run_work._left_meanwhile(program, todo))
	assert users[0] not in {user for user, _root in todo.open}
	assert len(todo.open) == (FEW - 1) * COURSES


def test_a_change_during_the_run_is_looked_at_when_it_ends(few):
	doc, _users = few
	run = start.prepare(doc.name)
	frappe.db.commit()
	doc.reload()
	doc.due_days = 10
	doc.save()
	frappe.db.commit()
	start.work(run)
	fresh()
	following = start.at_work(doc.name)
	assert following
	assert following != run
	assert frappe.db.get_value(start.DOCTYPE, following, "everybody")
	frappe.db.commit()
	start.work(following)
	fresh()
	assert activation.rules.load(doc.name)
	assert frappe.db.count(DOCTYPE, {"requirement": doc.name}) == FEW * COURSES
