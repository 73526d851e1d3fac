"""Accounts that are made from HR's records."""

import frappe

from smooth_lms.learners import accounts
from tests.factories import unique

PARTS_OF_THE_DESK = ("search_bar", "notifications", "list_sidebar", "form_sidebar", "timeline", "dashboard")


def test_an_account_has_what_one_made_by_hand_has():
	email = f"{unique('new').replace(' ', '.')}@example.com"
	doc = frappe.get_doc("User", accounts.make(email, first_name="Amira", last_name="Haddad"))
	for field in doc.meta.fields:
		if field.fieldname in (*PARTS_OF_THE_DESK, "simultaneous_sessions", "thread_notify"):
			assert str(doc.get(field.fieldname)) == field.default, field.fieldname
	assert (doc.enabled, doc.user_type) == (1, "Website User")
