"""What a request says in mails: to whoever decides, and to whoever asked; each once."""

import pytest

import frappe
from frappe.utils import add_days, today
from frappe.utils.password import update_password

from smooth_lms.base.notices import delivery, ledger
from smooth_lms.cohorts import on_behalf
from smooth_lms.cohorts.requests import asking, deciding
from tests.support.calendars import mails_to
from tests.support.factories import (
	forget_mail_accounts,
	make_batch,
	make_course,
	make_mail_account,
	make_user,
	make_workforce,
	set_notice,
	unique,
)

DOCTYPE = "LMS Enrollment Request"


@pytest.fixture(autouse=True)
def _stage(monkeypatch):
	"""An outgoing account, a time of day at which people may be mailed, and one transaction for all."""
	make_mail_account()
	monkeypatch.setattr(frappe.local.db, "commit", lambda *_, **__: None)
	frappe.db.delete(ledger.DOCTYPE)
	monkeypatch.setattr(delivery, "next_moment", lambda now, *_args, **_more: now)
	yield
	frappe.db.rollback()
	forget_mail_accounts()
	frappe.clear_document_cache("LMS Settings", "LMS Settings")


@pytest.fixture
def people():
	"""A manager, one who reports to them, and somebody in L&D."""
	frappe.db.delete("Has Role", {"role": "Moderator"})
	(boss,) = make_workforce(1)
	(learner,) = make_workforce(1, reports_to=frappe.db.get_value("Employee", {"user_id": boss}))
	l_and_d = make_user(roles=("Moderator",)).name
	for user, name in ((boss, "Bea Boss"), (learner, "Lee Learner"), (l_and_d, "Dev L")):
		frappe.db.set_value("User", user, "full_name", name)
		update_password(user, "correct horse battery")
	return frappe._dict(boss=boss, learner=learner, l_and_d=l_and_d)


def by(user, act, *args, **values):
	frappe.set_user(user)
	try:
		return act(*args, **values)
	finally:
		frappe.set_user("Administrator")


def texts(user: str) -> list[str]:
	"""What is delivered now to somebody: subject and plain text of each mail, with nothing told twice."""
	delivery.deliver()
	found = [f"{mail['Subject']}\n{mail.get_body(('plain',)).get_content()}" for mail in mails_to(user)]
	frappe.db.delete("Email Queue Recipient", {"recipient": user})
	delivery.deliver()
	assert mails_to(user) == []
	return found


def test_the_manager_is_asked_and_the_person_is_told_why_not(people):
	batch = make_batch(title=unique("Laser week"), requires_approval=1, seat_count=1)
	name = by(people.learner, asking.ask_for_seat, batch.name, "I need <b>it</b>.")
	(asked,) = texts(people.boss)
	for words in (f"Lee Learner asks: {batch.title}", "I need <b>it</b>.", f"/lms/requests/{name}"):
		assert words in asked
	assert texts(people.l_and_d) == []
	by(people.boss, deciding.refuse, name, "Not before summer.")
	(told,) = texts(people.learner)
	for words in (f"Refused: {batch.title}", "Your request is refused.", "Not before summer."):
		assert words in told
	assert texts(people.boss) == []


def test_an_approved_seat_confirms_itself_and_is_not_told_twice(people):
	batch = make_batch(requires_approval=1)
	name = by(people.learner, asking.ask_for_seat, batch.name)
	by(people.boss, deciding.approve, name)
	assert not frappe.db.exists(ledger.DOCTYPE, {"event": "request_approved"})


def test_where_the_site_confirms_no_seats_the_approval_is_told(people):
	set_notice("cohort_enrolled", mail=0)
	batch = make_batch(requires_approval=1)
	name = by(people.learner, asking.ask_for_seat, batch.name)
	by(people.boss, deciding.approve, name)
	(told,) = texts(people.learner)
	assert "Your request is approved." in told


def test_a_course_is_approved_by_mail(people):
	course = make_course(title=unique("Lasers"), requires_approval=1)
	name = by(people.learner, asking.ask_for_course, course.name)
	(asked,) = texts(people.boss)
	assert f"Lee Learner asks: {course.title}" in asked
	by(people.boss, deciding.approve, name)
	(told,) = texts(people.learner)
	assert f"Approved: {course.title}" in told
	assert f"/lms/courses/{course.name}" in told


def test_a_nomination_names_both(people):
	batch = make_batch(allow_self_enrollment=0)
	by(people.boss, on_behalf.enroll_reports, batch.name, [people.learner], source="API")
	(asked,) = texts(people.l_and_d)
	assert "Bea Boss nominates Lee Learner." in asked
	name = frappe.db.get_value(DOCTYPE, {"batch": batch.name})
	by(people.l_and_d, deciding.refuse, name, "Next year.")
	assert "Your request is refused." in texts(people.learner)[0]
	assert "The request for Lee Learner is refused." in texts(people.boss)[0]


def test_what_was_decided_meanwhile_is_asked_of_nobody(people):
	name = by(people.learner, asking.ask_for_seat, make_batch(requires_approval=1).name)
	by(people.learner, deciding.take_back, name)
	assert texts(people.boss) == []


def test_what_nobody_decides_is_said_at_the_end(people):
	batch = make_batch(requires_approval=1, start_date=add_days(today(), 60), end_date=add_days(today(), 61))
	name = by(people.learner, asking.ask_for_seat, batch.name)
	deciding.give_up(name)
	(told,) = texts(people.learner)
	assert "Nobody has decided about your request in time." in told
	assert deciding.give_up(name) is False
