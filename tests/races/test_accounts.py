"""Accounts that several processes make at the same moment, for people named alike and for one and the same person."""

import multiprocessing

import pytest

import frappe

from smooth_lms.learners import events
from smooth_lms.learners.sync import planner
from tests.support.roster import hire

PROCESSES = 8


@pytest.fixture
def named_alike(site):
	"""Eight new Employees with one name between them, committed."""
	people = hire(PROCESSES, word="alike")
	frappe.db.set_value("Employee", {"name": ["in", people]}, {"first_name": "Kim", "last_name": "Lee"})
	frappe.db.commit()
	yield people
	frappe.db.rollback()
	emails = frappe.get_all("Employee", {"name": ["in", people]}, pluck="company_email")
	for doctype, field in (
		("LMS Learner", "name"),
		("LMS Sync Change", "learner"),
		("Has Role", "parent"),
		("User Permission", "user"),
		("User", "name"),
		("Employee", "company_email"),
	):
		frappe.db.delete(doctype, {field: ["in", emails]})
	frappe.db.commit()


def at_the_same_moment(parts):
	"""Follow each list of Employees in a process of its own; all have planned before the first one writes."""
	context = multiprocessing.get_context("spawn")
	barrier = context.Barrier(len(parts))
	processes = [context.Process(target=follow, args=(frappe.local.site, part, barrier)) for part in parts]
	for process in processes:
		process.start()
	for process in processes:
		process.join(timeout=240)
	assert [process.exitcode for process in processes] == [0] * len(parts)
	frappe.db.rollback()


def follow(site, employees, barrier):
	frappe.init(site=site, sites_path=".")
	frappe.connect()
	apply, waited = planner.applier.apply, []

	def together(changes):
		if not waited:
			waited.append(barrier.wait(timeout=200))
		return apply(changes)

	planner.applier.apply = together
	events.follow(employees)
	frappe.destroy()


@pytest.mark.full
def test_people_named_alike_each_get_an_account(named_alike):
	at_the_same_moment([[employee] for employee in named_alike])
	rows = frappe.get_all(
		"Employee", {"name": ["in", named_alike]}, ["company_email", "user_id"], order_by="name"
	)
	assert [row.user_id for row in rows] == [row.company_email for row in rows]
	emails = [row.company_email for row in rows]
	assert frappe.db.count("User", {"name": ["in", emails], "enabled": 1}) == PROCESSES
	assert frappe.db.count("LMS Learner", {"name": ["in", emails], "status": "Active"}) == PROCESSES
	assert not frappe.db.count("LMS Sync Change", {"learner": ["in", emails], "state": "Failed"})
	usernames = frappe.get_all("User", {"name": ["in", emails], "username": ["is", "set"]}, pluck="username")
	assert len(usernames) == len(set(map(str.casefold, usernames)))


@pytest.mark.full
def test_one_person_gets_one_account(named_alike):
	(employee, *_others) = named_alike
	at_the_same_moment([[employee]] * 3)
	email = frappe.db.get_value("Employee", employee, "company_email")
	assert frappe.db.get_value("Employee", employee, "user_id") == email
	assert frappe.db.count("LMS Learner", {"employee": employee}) == 1
	assert frappe.db.count("Has Role", {"parent": email, "role": "LMS Student"}) == 1
	assert not frappe.db.count("LMS Sync Change", {"learner": email, "state": "Failed"})
