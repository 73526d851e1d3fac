"""Confirmation mails: once each, true only for those in the queue, and never in the way of an enrollment."""

import pytest

import frappe
from frappe.utils.password import update_password

from smooth_lms.cohorts import confirmation, enrollment, withdrawal
from tests.support.factories import (
	forget_mail_accounts,
	make_batch,
	make_mail_account,
	make_user,
	make_users,
	set_notice,
	unique,
)

DOCTYPE = "LMS Batch Enrollment"


@pytest.fixture
def mail_account():
	"""An outgoing account that queues; nothing is sent, since no worker flushes the queue of a rolled-back test."""
	name = make_mail_account()
	yield name
	frappe.db.rollback()
	forget_mail_accounts()


@pytest.fixture
def no_mail_account():
	frappe.db.set_value(
		"Email Account", {"enable_outgoing": 1}, {"enable_outgoing": 0, "default_outgoing": 0}
	)
	forget_mail_accounts()
	config = {key: frappe.conf.pop(key) for key in ("mail_server", "mail_login") if key in frappe.conf}
	yield
	frappe.conf.update(config)
	frappe.db.rollback()
	forget_mail_accounts()


@pytest.fixture(autouse=True)
def no_commits(monkeypatch):
	"""The job commits as it goes; here the test's transaction holds everything, so that it can be rolled back."""
	monkeypatch.setattr(frappe.local.db, "commit", lambda *_, **__: None)


def learner():
	user = make_user().name
	update_password(user, "correct horse battery")
	return user


def mails(name):
	return frappe.get_all(
		"Email Queue", filters={"reference_doctype": DOCTYPE, "reference_name": name}, fields=["*"]
	)


def state(name):
	fields = ["confirmation_email_sent", "confirmation_due", "confirmation_email_error"]
	return frappe.db.get_value(DOCTYPE, name, fields)


def test_is_queued_once_however_often_the_job_runs(mail_account):
	doc = enrollment.enroll(make_batch().name, learner(), source="Desk")
	assert state(doc.name) == (0, 1, None)
	assert confirmation.send([doc.name])["sent"] == 1
	assert confirmation.send([doc.name])["sent"] == 0
	confirmation.send_held()
	assert state(doc.name) == (1, 0, None)
	assert len(mails(doc.name)) == 1


def test_without_an_account_says_why_and_can_be_sent_again(no_mail_account, request):
	doc = enrollment.enroll(make_batch().name, learner(), source="Desk")
	assert confirmation.send([doc.name])["failed"] == 1
	sent, due, error = state(doc.name)
	assert (sent, due) == (0, 1)
	assert error
	assert doc.status == frappe.db.get_value(DOCTYPE, doc.name, "status") == "Enrolled"
	assert frappe.db.exists("Error Log", {"reference_doctype": DOCTYPE, "reference_name": doc.name})
	request.getfixturevalue("mail_account")
	confirmation.send_again([doc.name])
	confirmation.send([doc.name])
	assert state(doc.name) == (1, 0, None)
	assert len(mails(doc.name)) == 1


def test_one_sent_before_is_no_proof_that_it_went_out_again(mail_account):
	user = learner()
	doc = enrollment.enroll(make_batch().name, user, source="Desk")
	assert confirmation.send([doc.name])["sent"] == 1
	frappe.db.set_value("User", user, "email", "not an address")
	confirmation.send_again([doc.name])
	assert confirmation.send([doc.name])["failed"] == 1
	assert state(doc.name)[0] == 0


def test_one_that_failed_stops_no_other(mail_account):
	batch, users = make_batch(), [learner(), learner()]
	docs = [enrollment.enroll(batch.name, user, source="Desk") for user in users]
	frappe.db.set_value("User", users[0], "email", "not an address")
	assert confirmation.send([doc.name for doc in docs]) == {"sent": 1, "held": 0, "failed": 1}
	assert state(docs[1].name) == (1, 0, None)


def test_is_held_until_there_is_a_password(mail_account):
	user = make_user().name
	doc = enrollment.enroll(make_batch().name, user, source="Desk")
	assert confirmation.send([doc.name]) == {"sent": 0, "held": 1, "failed": 0}
	confirmation.send_held()
	assert mails(doc.name) == []
	update_password(user, "correct horse battery")
	confirmation.send_held()
	assert state(doc.name) == (1, 0, None)


def test_is_not_held_where_the_site_says_so(mail_account):
	frappe.db.set_single_value("LMS Settings", "hold_mail_until_password", 0)
	doc = enrollment.enroll(make_batch().name, make_user().name, source="Desk")
	assert confirmation.send([doc.name])["sent"] == 1


def test_somebody_who_waits_gets_it_with_the_seat(mail_account):
	batch = make_batch(seat_count=1, enable_waitlist=1)
	first, second = learner(), learner()
	docs = [enrollment.enroll(batch.name, user, source="Desk") for user in (first, second)]
	assert confirmation.send([doc.name for doc in docs]) == {"sent": 1, "held": 0, "failed": 0}
	withdrawal.withdraw(batch.name, first, reason=None)
	assert confirmation.send([doc.name for doc in docs])["sent"] == 1
	assert len(mails(docs[1].name)) == 1


def test_somebody_who_withdrew_before_it_went_out_gets_none(mail_account):
	batch, user = make_batch(), learner()
	doc = enrollment.enroll(batch.name, user, source="Desk")
	withdrawal.withdraw(batch.name, user, reason=None)
	confirmation.send([doc.name])
	assert mails(doc.name) == []


def test_many_people_are_due_in_one_job(mail_account):
	batch, users = make_batch(), make_users(5)
	frappe.db.set_single_value("LMS Settings", "hold_mail_until_password", 0)
	enrollment.enroll_many(batch.name, users, source="Desk")
	names = frappe.get_all(DOCTYPE, filters={"batch": batch.name}, pluck="name")
	assert confirmation.send(names) == {"sent": 5, "held": 0, "failed": 0}
	assert all(len(mails(name)) == 1 for name in names)


def test_an_import_with_muted_mails_sends_none(mail_account):
	frappe.flags.mute_emails = True
	doc = enrollment.enroll(make_batch().name, learner(), source="Data Import")
	frappe.flags.mute_emails = False
	confirmation.send_held()
	assert state(doc.name) == (0, 0, None)
	assert mails(doc.name) == []


class TestTemplate:
	def make(self, text):
		name = unique("Template")
		values = {
			"subject": f"{text} {{{{ title }}}}",
			"use_html": 1,
			"response_html": f"<p>{text} {{{{ member_name }}}}</p>",
		}
		return frappe.get_doc({"doctype": "Email Template", "name": name, **values}).insert().name

	def subject(self, batch):
		doc = enrollment.enroll(batch.name, learner(), source="Desk")
		confirmation.send([doc.name])
		(mail,) = mails(doc.name)
		return mail.message

	def test_of_the_cohort_comes_first(self, mail_account):
		set_notice("cohort_enrolled", email_template=self.make("from-settings"))
		message = self.subject(make_batch(confirmation_email_template=self.make("from-cohort")))
		assert "from-cohort" in message
		assert "from-settings" not in message

	def test_of_the_settings_comes_next(self, mail_account):
		set_notice("cohort_enrolled", email_template=self.make("from-settings"))
		assert "from-settings" in self.subject(make_batch())

	def test_shipped_one_is_escaped(self, mail_account):
		set_notice("cohort_enrolled", email_template=None)
		message = self.subject(make_batch(title=unique("<img src=x onerror=alert(1)> & Co")))
		assert "<img src=3Dx" not in message
		assert "&lt;img" in message


def test_it_is_in_the_language_of_who_reads_it(mail_account):
	values = {"language": "de", "source_text": "You are enrolled: {0}", "translated_text": "Angemeldet: {0}"}
	frappe.get_doc({"doctype": "Translation", **values}).insert(ignore_permissions=True)
	batch, user = make_batch(title=unique("Kurs")), learner()
	frappe.db.set_value("User", user, "language", "de")
	frappe.clear_document_cache("User", user)
	doc = enrollment.enroll(batch.name, user, source="Desk")
	confirmation.send([doc.name])
	(mail,) = mails(doc.name)
	assert "Angemeldet: Kurs" in mail.message
