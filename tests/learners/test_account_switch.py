"""What is done about an ERPNext that switches the account of an Employee with its status, and about one that does not."""

import pytest

import frappe
from frappe.utils import today

from smooth_lms.base.health import Question
from smooth_lms.learners import account_switch
from tests.support.boarding import after_commit
from tests.support.boarding import email as email_of
from tests.support.factories import make_employee

CLOSED_BY_HAND = "an administrator closed it, not HR"


@pytest.fixture
def switches() -> None:
	if not account_switch.is_done_here():
		pytest.skip("this ERPNext leaves accounts as they are: version 16 switches them")


@pytest.fixture
def leaves_accounts() -> None:
	if account_switch.is_done_here():
		pytest.skip("this ERPNext switches accounts with the status of the Employee")


@pytest.fixture
def employed() -> tuple[str, str]:
	"""An Employee who is a learner: the record's name and the account."""
	address = email_of("switched")
	employee = make_employee(company_email=address)
	after_commit()
	return employee.name, address


@pytest.fixture(autouse=True)
def _messages_are_kept(monkeypatch) -> None:
	monkeypatch.setitem(frappe.flags, "mute_messages", False)


def save(employee: str, **values) -> bool:
	"""Save the Employee as HR does. Returns whether HR is told that the account stays closed."""
	frappe.clear_messages()
	doc = frappe.get_doc("Employee", employee)
	doc.update(values)
	doc.save()
	told = CLOSED_BY_HAND in str(frappe.get_message_log())
	after_commit()
	return told


def close_by_hand(user: str) -> None:
	doc = frappe.get_doc("User", user)
	doc.enabled = 0
	doc.save()


def is_open(user: str) -> bool:
	return bool(frappe.db.get_value("User", user, "enabled"))


def test_what_an_administrator_closed_stays_closed_and_hr_is_told(switches, employed):
	employee, user = employed
	close_by_hand(user)
	assert save(employee, cell_number="555")
	assert not is_open(user)


def test_it_stays_closed_through_a_suspension(switches, employed):
	employee, user = employed
	close_by_hand(user)
	save(employee, status="Suspended")
	assert save(employee, status="Active")
	assert not is_open(user)


@pytest.mark.parametrize("status", ["Suspended", "Inactive"])
def test_what_erpnext_closed_is_opened_with_the_return(switches, employed, status):
	employee, user = employed
	save(employee, status=status)
	assert not is_open(user)
	assert not save(employee, status="Active")
	assert is_open(user)
	close_by_hand(user)
	save(employee, cell_number="556")
	assert not is_open(user), "the mark of the first closing is gone"


def test_a_leaver_comes_back(switches, employed):
	employee, user = employed
	save(employee, status="Left", relieving_date=today())
	assert not is_open(user)
	save(employee, status="Active", relieving_date=None)
	assert is_open(user)


def test_the_settings_say_what_erpnext_does(switches):
	assert len(list(account_switch.health_check(Question()))) == 1
	settings = frappe.get_doc("LMS Settings")
	settings.onload()
	assert settings.get_onload("site_notes")


def test_an_erpnext_that_leaves_accounts_needs_no_note(leaves_accounts, employed):
	employee, user = employed
	save(employee, status="Suspended")
	assert is_open(user)
	assert not list(account_switch.health_check(Question()))


def test_an_erpnext_that_leaves_accounts_refuses_a_closed_one(leaves_accounts, employed):
	employee, user = employed
	close_by_hand(user)
	with pytest.raises(frappe.ValidationError):
		save(employee, cell_number="555")
	assert not is_open(user)


@pytest.mark.parametrize("status", ["Left", "Suspended"])
def test_an_account_that_hr_closes_is_closed_to_whoever_has_it_open(employed, status):
	"""Whoever closes it: ERPNext 16 at the save, or the synchronization."""
	employee, user = employed
	frappe.db.sql(
		"insert into tabSessions (sid, user, sessiondata, lastupdate, status) values (%s, %s, '{}', now(), 'Active')",
		(frappe.generate_hash(), user),
	)
	save(employee, status=status, relieving_date=today() if status == "Left" else None)
	assert not frappe.db.sql("select 1 from tabSessions where user = %s", user)
	if status == "Left":
		assert not is_open(user)
