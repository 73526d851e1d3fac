"""The weekly report of overdue training by mail: who gets it, with whose eyes it is made, and how it ends."""

import csv
import io
import json

import pytest

import frappe
from frappe.email.doctype.auto_email_report.auto_email_report import send_now
from frappe.utils import add_days, today

from smooth_lms.api import training as api
from smooth_lms.training import subscriptions
from tests.cohorts import test_confirmation
from tests.support import factories, hr
from tests.support.training import DOCTYPE, activated, assign_to, rows_of

REPORT = "Auto Email Report"
mail_account = test_confirmation.mail_account


@pytest.fixture
def late():
	"""One overdue person in each of two companies, by company."""
	found = {}
	for company in (factories.company(), factories.company("Other Test Company")):
		(user,) = factories.make_workforce(1, company=company)
		doc = activated(exceptions=[{"member": user, "effect": "Pin", "reason": "Test"}])
		assign_to(doc, [user])
		row = {"due_date": add_days(today(), -3), "status": "Overdue"}
		frappe.db.set_value(DOCTYPE, rows_of(user)[0].name, row)
		found[company] = user
	return found


def own(user):
	return frappe.get_all(REPORT, filters={"user": user}, fields=["*"])


def content(user):
	"""The report that `user` would get, as rows."""
	doc = frappe.get_doc(REPORT, own(user)[0].name)
	doc.format = "CSV"
	text = doc.get_report_content()
	return list(csv.reader(io.StringIO(frappe.as_unicode(text)))) if text else None


def test_somebody_subscribes_changes_their_mind_and_stops():
	user = hr.make_hr_user()
	frappe.set_user(user)
	assert api.get_overdue_mail() == {"day": None}
	api.set_overdue_mail("Tuesday", {"company": "X", "days_overdue": 5, "unknown": 1})
	assert api.get_overdue_mail() == {"day": "Tuesday"}
	(row,) = own(user)
	assert (row.enabled, row.frequency, row.day_of_week, row.email_to, row.format) == (
		1,
		"Weekly",
		"Tuesday",
		user,
		"XLSX",
	)
	assert json.loads(row.filters) == {"company": "X", "days_overdue": 5}
	api.set_overdue_mail("Friday")
	assert [each.day_of_week for each in own(user)] == ["Friday"]
	api.set_overdue_mail("")
	assert own(user) == []


def test_only_days_of_the_week():
	frappe.set_user(hr.make_hr_user())
	with pytest.raises(frappe.ValidationError):
		api.set_overdue_mail("Someday")


def test_it_shows_what_the_subscriber_may_see_whoever_sends_it(late):
	(ours, theirs) = late.values()
	limited = hr.make_hr_user("Other Test Company")
	moderator = factories.make_user(roles=("Moderator",)).name
	for user in (limited, moderator):
		subscriptions.subscribe(user, "Monday", {})
		frappe.db.set_value(REPORT, {"user": user}, "owner", user)
	# the scheduler is Administrator
	text = str(content(limited))
	assert theirs in text
	assert ours not in text
	text = str(content(moderator))
	assert theirs in text
	assert ours in text
	assert frappe.session.user == "Administrator"


def test_the_filters_count(late):
	ours, theirs = late.values()
	moderator = factories.make_user(roles=("Moderator",)).name
	subscriptions.subscribe(moderator, "Monday", {"company": "Other Test Company"})
	text = str(content(moderator))
	assert theirs in text
	assert ours not in text


def test_nothing_overdue_means_no_mail():
	limited = hr.make_hr_user(factories.company("Empty Test Company"))
	subscriptions.subscribe(limited, "Monday", {})
	assert content(limited) is None


@pytest.mark.parametrize("change", ["leaves", "loses the role"])
def test_who_may_not_see_it_any_more_gets_none(late, change):
	user = hr.make_hr_user()
	subscriptions.subscribe(user, "Monday", {})
	if change == "leaves":
		frappe.db.set_value("User", user, "enabled", 0)
	else:
		frappe.get_doc("User", user).remove_roles("HR User")
	frappe.clear_cache(user=user)
	assert content(user) is None
	assert not own(user)[0].enabled


def test_the_mail_is_queued_with_the_file(late, mail_account, monkeypatch):
	enqueue = frappe.enqueue  # a newer engine leaves the queueing itself to a worker: done at once here
	monkeypatch.setattr(frappe, "enqueue", lambda *args, **kwargs: enqueue(*args, **{**kwargs, "now": True}))
	user = hr.make_hr_user("Other Test Company")
	subscriptions.subscribe(user, "Monday", {})
	name = own(user)[0].name
	session = dict(frappe.session)
	send_now(name)
	assert dict(frappe.session) == session
	queue = frappe.get_all(
		"Email Queue",
		{"reference_doctype": REPORT, "reference_name": name},
		["name", "message", "attachments"],
	)
	assert len(queue) == 1
	assert frappe.get_all("Email Queue Recipient", {"parent": queue[0].name}, pluck="recipient") == [user]
	assert "Overdue-Training.xlsx" in f"{queue[0].message} {queue[0].attachments}"


def test_other_reports_are_made_as_ever():
	values = {"report": "ToDo", "report_type": "Report Builder", "user": "Administrator", "format": "HTML"}
	doc = frappe.get_doc({"doctype": REPORT, **values})
	assert isinstance(doc, subscriptions.ReportByMail)
	if frappe.db.exists("Report", "ToDo"):
		doc.get_report_content()
		assert frappe.session.user == "Administrator"
