"""Deciding about requests under load: several people and the clock at the same moment, by real HTTP."""

import time
from collections import Counter
from datetime import timedelta

import pytest

import frappe
from frappe.utils import now_datetime

from smooth_lms.cohorts import enrollment, offers, withdrawal
from smooth_lms.cohorts.requests import asking, running_out
from tests.support.factories import make_batch, make_user, make_users, make_workforce
from tests.support.threads import at_once

DOCTYPE = "LMS Enrollment Request"


@pytest.fixture
def scene(server):
	"""A cohort with one seat, held for somebody, another one who waits, and three moderators with a session each."""
	batch = make_batch(requires_approval=1, seat_count=1, enable_waitlist=1).name
	(learner,) = make_workforce(1)
	(waiting,) = make_users(1)
	frappe.set_user(learner)
	name = asking.ask_for_seat(batch)
	frappe.set_user("Administrator")
	enrollment.enroll(batch, waiting, source="Desk")
	moderators = [make_user(roles=["Moderator"]).name for _ in range(3)]
	frappe.db.commit()
	sessions = [server.session(user) for user in moderators]
	return frappe._dict(batch=batch, learner=learner, waiting=waiting, name=name, sessions=sessions)


def settled(scene) -> str:
	"""The status of the request, after a look at whether the seat is where it belongs."""
	frappe.db.rollback()
	status = frappe.db.get_value(DOCTYPE, scene.name, "status")
	row = frappe.db.get_value("LMS Batch", scene.batch, ["seats_taken", "seats_held", "waitlist_count"])
	seats = dict(
		frappe.get_all(
			"LMS Batch Enrollment", {"batch": scene.batch}, ["member", "status"], as_list=True, limit=0
		)
	)
	if status == "Approved":
		assert (row, seats) == ((1, 0, 1), {scene.learner: "Enrolled", scene.waiting: "Waitlisted"})
	else:
		assert (row, seats) == ((1, 0, 0), {scene.waiting: "Enrolled"})
	return status


def test_of_many_who_approve_at_once_one_does(server, scene):
	answers = at_once(
		[
			lambda s=session: server.call(s, "requests.approve", request=scene.name)
			for session in scene.sessions * 2
		]
	)
	assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 5}
	assert {answer.json()["exception"].partition(": ")[2] for answer in answers if not answer.ok} == {
		"This request is Approved already."
	}
	assert settled(scene) == "Approved"


def test_one_approves_and_another_refuses(server, scene):
	first, second, _third = scene.sessions
	answers = at_once(
		[
			lambda: server.call(first, "requests.approve", request=scene.name),
			lambda: server.call(second, "requests.refuse", request=scene.name, reason="x"),
		]
	)
	assert sorted(answer.status_code for answer in answers) == [200, 409]
	assert settled(scene) == ("Approved" if answers[0].ok else "Refused")


def test_what_is_approved_while_it_runs_out_is_one_or_the_other(server, scene):
	frappe.db.set_value(DOCTYPE, scene.name, {"runs_out_on": "2020-01-02", "next_step_on": "2020-01-01"})
	frappe.db.commit()

	def run_out():
		frappe.init(site=server.site, sites_path=".")
		frappe.connect()
		try:
			running_out.sweep_requests()
		finally:
			frappe.destroy()

	first, second, _third = scene.sessions
	answers = at_once(
		[
			run_out,
			lambda: server.call(first, "requests.approve", request=scene.name),
			lambda: server.call(second, "requests.approve", request=scene.name),
		]
	)[1:]
	approved = [answer for answer in answers if answer.ok]
	assert settled(scene) == ("Approved" if approved else "Expired")
	assert len(approved) <= 1


def test_a_click_pressed_ten_times_asks_once(server):
	batch, (user,) = make_batch(requires_approval=1, seat_count=5).name, make_users(1)
	frappe.db.commit()
	session = server.session(user)
	answers = at_once([lambda: server.call(session, "requests.ask_for_seat", batch=batch)] * 10)
	assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 9}
	frappe.db.rollback()
	assert frappe.db.get_value("LMS Batch", batch, "seats_held") == 1
	assert frappe.db.count(DOCTYPE, {"batch": batch}) == 1


def test_an_offer_accepted_while_it_runs_out_goes_to_one_person(server):
	batch = make_batch(seat_count=1, enable_waitlist=1, confirm_offers=1).name
	seated, first, second = make_users(3)
	for user in (seated, first, second):
		enrollment.enroll(batch, user, source="Desk")
	withdrawal.withdraw(batch, seated, reason="x")
	soon, deadline = now_datetime() + timedelta(seconds=2), time.monotonic() + 2
	frappe.db.set_value("LMS Batch Enrollment", {"batch": batch, "member": first}, "offered_until", soon)
	frappe.db.commit()
	session = server.session(first)

	def pass_on():
		frappe.init(site=server.site, sites_path=".")
		frappe.connect()
		try:
			time.sleep(max(deadline - time.monotonic(), 0))
			offers.pass_on_in(batch)
			frappe.db.commit()
		finally:
			frappe.destroy()

	def accept():
		time.sleep(max(deadline - time.monotonic() - 0.05, 0))
		return server.call(session, "batches.accept_seat", batch=batch)

	frappe.db.rollback()
	accepted = at_once([pass_on, accept])[1].ok
	frappe.db.rollback()
	rows = frappe.get_all(
		"LMS Batch Enrollment", {"batch": batch, "member": ["!=", seated]}, ["member", "status"], as_list=True
	)
	counts = frappe.db.get_value("LMS Batch", batch, ["seats_taken", "seats_held", "waitlist_count"])
	if accepted:
		assert (dict(rows), counts) == ({first: "Enrolled", second: "Waitlisted"}, (1, 0, 1))
	else:
		assert (dict(rows), counts) == ({first: "Withdrawn", second: "Waitlisted"}, (0, 1, 0))
