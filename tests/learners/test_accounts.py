"""Accounts that are made from HR's records."""

import pytest

import frappe
from frappe.utils import today
from frappe.utils.password import get_decrypted_password

from smooth_lms.learners import accounts
from tests.support.boarding import after_commit
from tests.support.boarding import email as email_of
from tests.support.factories import make_employee, unique

PARTS_OF_THE_DESK = ("search_bar", "notifications", "list_sidebar", "form_sidebar", "timeline", "dashboard")


def test_an_account_has_what_one_made_by_hand_has():
	email = f"{unique('new').replace(' ', '.')}@example.com"
	doc = frappe.get_doc("User", accounts.make(email, first_name="Amira", last_name="Haddad"))
	for field in doc.meta.fields:
		if field.fieldname in (*PARTS_OF_THE_DESK, "simultaneous_sessions", "thread_notify"):
			assert str(doc.get(field.fieldname)) == field.default, field.fieldname
	assert (doc.enabled, doc.user_type) == (1, "Website User")


def test_whoever_got_their_account_for_training_is_led_to_it():
	email = f"{unique('new').replace(' ', '.')}@example.com"
	user = accounts.make(email, first_name="Amira", last_name=None)
	apps = pytest.importorskip("frappe.apps")  # not in the engine of the sandbox
	frappe.set_user(user)
	assert apps.get_default_path() == "/lms"
	frappe.set_user("Administrator")
	accounts.grant({user: ["Employee", "LMS Student"]})
	frappe.set_user(user)
	assert apps.get_default_path() == "/lms"


def test_a_leavers_api_key_does_not_live_again_after_a_rehire():
	address = email_of("keyed")
	employee = make_employee(company_email=address)
	after_commit()
	user = frappe.get_doc("User", address)
	user.api_key, user.api_secret = "a-key-of-theirs", "a secret"
	user.save()
	for values in (
		{"status": "Left", "relieving_date": today()},
		{"status": "Active", "relieving_date": None},
	):
		employee = frappe.get_doc("Employee", employee.name)
		employee.update(values)
		employee.save()
		after_commit()
	assert frappe.db.get_value("User", address, ["enabled", "api_key"]) == (1, None)
	assert get_decrypted_password("User", address, "api_secret", raise_exception=False) is None
