"""The morning's mails as the scheduler sends them: once a day, quiet at weekends, to whom and how often."""

from datetime import date, datetime, timedelta, timezone

import pytest

import frappe

from smooth_lms.exceptions import TrainingRefusedError
from smooth_lms.training import decisions, reminders
from smooth_lms.training.requirement import rules
from tests.support.factories import forget_mail_accounts, make_mail_account, make_workforce
from tests.support.training import DOCTYPE, activated, assign_to, rows_of
from tests.training.test_kill import mails
from tests.training.test_reminders import employee_of

WEDNESDAY = datetime(2026, 11, 25, 12, tzinfo=timezone.utc)


@pytest.fixture
def morning(monkeypatch):
	"""`morning(days)` lets the scheduler come by, so many days after a Wednesday; returns who was mailed."""
	make_mail_account()
	frappe.db.set_single_value("LMS Settings", "reminded_on", None)
	monkeypatch.setattr(frappe.local.db, "commit", lambda *_, **__: None)
	monkeypatch.setattr(reminders, "MORNING", 0)
	seen: list[str] = []

	def on(days=0, people=()):
		monkeypatch.setattr(rules, "clock", lambda: WEDNESDAY + timedelta(days=days))
		before = {row.name for row in mails(people)}
		reminders.scheduled()
		found = [row for row in mails(people) if row.name not in before]
		seen.extend(row.name for row in found)
		return sorted(row.recipient for row in found)

	yield on
	frappe.db.rollback()
	forget_mail_accounts()


@pytest.fixture
def chain(morning):
	"""Somebody with training due on the Wednesday, their manager, and that one's manager."""
	(top,) = make_workforce(1)
	(middle,) = make_workforce(1, reports_to=employee_of(top))
	(low,) = make_workforce(1, reports_to=employee_of(middle))
	doc = activated(exceptions=[{"member": low, "effect": "Pin", "reason": "Test"}])
	assign_to(doc, [low])
	frappe.db.set_value(
		DOCTYPE, {"member": low}, {"due_date": WEDNESDAY.date(), "assigned_on": date(2026, 10, 1)}
	)
	return top, middle, low


@pytest.mark.full
def test_a_whole_month_for_three_people(morning, chain):
	"""Due on day 0: the learner hears on the day and after, the manager from the day after, the one above at 14 days."""
	top, middle, low = chain
	heard = {low: [], middle: [], top: []}
	for day in range(-15, 31):
		for user in morning(day, chain):
			heard[user].append(day)
	# 14, 7 and 1 days before, on the day, after it, and every 7 days; days -4, -3 and so on are weekends
	assert heard[low] == [-14, -7, -1, 0, 1, 8, 15, 22, 29]
	assert heard[middle] == [1, 8, 15, 22, 29]
	assert heard[top] == [14, 21, 28]


def test_once_a_day_and_not_before_the_morning(morning, chain, monkeypatch):
	_top, _middle, low = chain
	monkeypatch.setattr(reminders, "MORNING", 24)
	assert morning(0, chain) == []
	monkeypatch.setattr(reminders, "MORNING", 0)
	assert morning(0, chain) == [low]
	assert morning(0, chain) == []
	frappe.db.set_single_value("LMS Settings", "reminded_on", None)  # as after a kill
	assert morning(0, chain) == []


def test_weekends_are_quiet_unless_wanted_and_monday_makes_up(morning, chain):
	_top, middle, low = chain
	saturday, monday = 3, 5
	assert morning(saturday, chain) == []
	assert morning(monday, chain) == sorted([low, middle])
	frappe.db.set_value(DOCTYPE, {"member": low}, {"last_reminder_on": None, "manager_told_on": None})
	frappe.db.set_single_value("LMS Settings", "remind_weekends", 1)
	try:
		assert morning(saturday + 7, chain) == sorted([low, middle])
	finally:
		frappe.db.set_single_value("LMS Settings", "remind_weekends", 0)


def test_escalation_does_not_need_repetition(morning, chain):
	top, middle, low = chain
	frappe.db.set_single_value("LMS Settings", "remind_overdue_every", 0)
	try:
		heard = {user: [day for day in range(0, 30) if user in morning(day, chain)] for user in [top]}
		assert heard == {top: [14]}
		assert rows_of(low)[0].escalated_on
		assert rows_of(low)[0].manager_told_on
	finally:
		frappe.db.set_single_value("LMS Settings", "remind_overdue_every", 7)
	assert middle


def test_a_manager_whose_mail_failed_hears_the_next_day(morning, chain, monkeypatch):
	_top, middle, low = chain
	send = reminders._send

	def fails_for_the_manager(recipient, *rest):
		if recipient == middle:
			raise RuntimeError("No such template")
		return send(recipient, *rest)

	monkeypatch.setattr(reminders, "_send", fails_for_the_manager)
	monkeypatch.setattr(frappe.local.db, "rollback", lambda *_, **__: None)
	assert morning(1, chain) == [low]
	monkeypatch.setattr(reminders, "_send", send)
	assert morning(2, chain) == [middle]


def test_one_mail_for_all_that_somebody_has(morning, chain):
	_top, _middle, low = chain
	doc = activated(courses=3, due_days=1, exceptions=[{"member": low, "effect": "Pin", "reason": "Test"}])
	assign_to(doc, [low])
	frappe.db.set_value(DOCTYPE, {"requirement": doc.name}, "due_date", WEDNESDAY.date())
	assert morning(0, chain) == [low]
	assert {row.reminders for row in rows_of(low)} == {1}
	digest = frappe.get_all(reminders.DIGEST, filters={"recipient": low}, fields=["own", "team"])
	assert digest == [{"own": 4, "team": 0}]


def test_nobody_hears_of_what_is_closed_or_waits(morning, chain):
	_top, _middle, low = chain
	decisions.waive([rows_of(low)[0].name], "Knows it already")
	assert morning(1, chain) == []
	frappe.db.set_value(
		DOCTYPE, {"member": low}, {"status": "Pending", "open_mark": "1", "paused_since": WEDNESDAY.date()}
	)
	assert morning(2, chain) == []


def test_a_nudge_counts_as_the_mail_of_the_day(morning, chain, monkeypatch):
	_top, _middle, low = chain
	monkeypatch.setattr(rules, "clock", lambda: WEDNESDAY)
	reminders.nudge(low)
	with pytest.raises(TrainingRefusedError, match="today already"):
		reminders.nudge(low)
	assert morning(0, chain) == []
