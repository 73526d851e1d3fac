"""Reminders: when, to whom, and never twice."""

from datetime import date, timedelta

import pytest

import frappe

from smooth_lms.training import reminders
from smooth_lms.training.reminders import Policy, is_due
from smooth_lms.training.requirement import rules
from tests.support.factories import make_workforce
from tests.support.training import DOCTYPE, activated, assign_to, rows_of

MONDAY = date(2026, 11, 23)
POLICY = Policy()


@pytest.mark.parametrize(
	("due_in", "reminded_ago", "expected"),
	[
		(20, None, False),
		(14, None, True),
		(12, None, True),  # the day itself was a quiet one
		(12, 2, False),
		(7, 7, True),
		(6, 1, False),
		(1, 6, True),
		(0, 1, True),
		(0, 0, True),  # an ended job goes on
		(-1, 1, True),
		(-2, 1, False),
		(-8, 7, True),
		(-30, None, True),
	],
)
def test_when(due_in, reminded_ago, expected):
	reminded = None if reminded_ago is None else MONDAY - timedelta(days=reminded_ago)
	assert is_due(POLICY, MONDAY + timedelta(days=due_in), reminded, MONDAY) is expected


def test_every_step_is_said_once_over_a_whole_life():
	due, told, last = MONDAY + timedelta(days=20), [], None
	for day in (MONDAY + timedelta(days=each) for each in range(50)):
		if day.weekday() < 5 and is_due(POLICY, due, last, day):
			told.append((day - due).days)
			last = day
	assert told == sorted(set(told))
	assert len([each for each in told if each <= 0]) <= 4
	assert len([each for each in told if each > 0]) == 5


@pytest.fixture
def company():
	"""A chain of three people; the lowest has overdue training."""
	top = make_workforce(1)[0]
	middle = make_workforce(1, reports_to=employee_of(top))[0]
	low = make_workforce(1, reports_to=employee_of(middle))[0]
	doc = activated(exceptions=[{"member": low, "effect": "Pin", "reason": "Test"}])
	assign_to(doc, [low])
	return top, middle, low


def employee_of(user):
	return frappe.db.get_value("Employee", {"user_id": user})


def overdue(user, days):
	frappe.db.set_value(
		DOCTYPE, {"member": user}, {"due_date": rules.today() - timedelta(days=days), "status": "Overdue"}
	)


def test_the_manager_and_after_a_while_the_one_above_are_told(company):
	top, middle, low = company
	overdue(low, 3)
	found = reminders.collect(POLICY, rules.today())
	assert (len(found[low].own), len(found[middle].team)) == (1, 1)
	assert top not in found
	overdue(low, 15)
	assert len(reminders.collect(POLICY, rules.today())[top].escalated) == 1


@pytest.mark.parametrize("values", [{"status": "Left"}, {"status": "Suspended"}])
def test_people_who_are_gone_or_away_are_told_nothing(company, values):
	_top, middle, low = company
	overdue(low, 3)
	frappe.db.set_value("Employee", {"user_id": low}, values)
	found = reminders.collect(POLICY, rules.today())
	assert low not in found
	assert middle not in found


def test_one_mail_a_day_whoever_sends(company):
	_top, _middle, low = company
	overdue(low, 3)
	today = rules.today()
	digest = reminders.collect(POLICY, today)[low]
	sent = []
	send, frappe.sendmail = frappe.sendmail, lambda **mail: sent.append(mail)
	try:
		assert reminders._send(low, digest, today) == 1
		assert reminders._send(low, digest, today) == 0
	finally:
		frappe.sendmail = send
	(mail,) = sent
	assert mail["subject"].startswith("Training Reminder: Course")
	assert "overdue since" in frappe.render_template("templates/emails/training_digest.html", mail["args"])
	assert rows_of(low)[0].last_reminder_on == today
