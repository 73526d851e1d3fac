"""What HR or a person in the desk changes about people reaches their training by one hook and one job."""

import pytest

import frappe

from smooth_lms.base.transactions import at_once
from smooth_lms.learners import announce
from smooth_lms.training import newcomers
from tests.support.factories import make_learners, make_workforce
from tests.support.training import activated
from tests.training.background import no_commits


@pytest.fixture
def queued(monkeypatch):
	"""The people of each job that was queued, once what the transaction left is handed over."""
	activated(courses=1)
	frappe.local.db.after_commit.reset()
	frappe.local.smooth_lms_collected = None
	jobs = []
	monkeypatch.setattr(newcomers.frappe, "enqueue", lambda method, users, **_options: jobs.append(users))

	def hand_over():
		frappe.local.db.after_commit.run()
		return jobs

	return hand_over


def test_one_new_employee_makes_one_job(queued):
	(user,) = make_workforce(1)
	announce.joined([user])
	announce.changed([user])
	announce.left([user])
	assert queued() == [[user]]


def test_what_comes_after_the_commit_makes_a_job_of_its_own(queued):
	first, second = make_workforce(2)
	announce.changed([first])
	queued()
	announce.changed([second])
	assert queued() == [[first], [second]]


def test_nothing_of_a_transaction_that_was_rolled_back_is_handed_over(queued):
	(user,) = make_workforce(1)
	announce.changed([user])
	frappe.local.db.after_commit.reset()
	frappe.local.db.after_rollback.run()  # as a rollback does
	announce.changed(["somebody.else@example.com"])
	assert queued() == [["somebody.else@example.com"]]


def test_a_job_that_follows_hr_assigns_by_itself(queued):
	(user,) = make_workforce(1)
	announce.joined([user])
	with at_once(), no_commits():
		assert queued() == []
	assert frappe.db.count("LMS Training Assignment", {"member": user}) == 1


def test_what_that_job_cannot_do_is_left_to_one_of_its_own(queued, monkeypatch):
	def fails(users):
		raise frappe.QueryDeadlockError

	monkeypatch.setattr(newcomers, "bring_in_line", fails)
	announce.changed(["somebody@example.com", *make_workforce(1)])
	with at_once(), no_commits():
		(people,) = queued()
	assert "somebody@example.com" in people


def test_a_learner_changed_in_the_desk_reaches_training(queued):
	(user,) = make_workforce(1)
	make_learners([user])
	learner = frappe.get_doc("LMS Learner", user)
	learner.status = "Pending"
	learner.flags.by_module = True
	learner.save()
	assert queued() == [[user]]
