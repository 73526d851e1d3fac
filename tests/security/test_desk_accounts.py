"""Who sees the list of accounts: what SECURITY.md says about accounts at the desk, and its remedy."""

import re

import pytest

import frappe

from tests.support.factories import make_employee, make_user
from tests.support.server import CHECKOUT


def seen_by(user: str) -> list[str]:
	"""The accounts that REST lists for somebody."""
	frappe.set_user(user)
	try:
		return frappe.get_list("User", pluck="name", limit=5)
	except frappe.PermissionError:
		return []
	finally:
		frappe.set_user("Administrator")


@pytest.fixture
def by_role():
	"""Early releases of 15 let every account choose from the list of users."""
	rows = frappe.get_meta("User").permissions
	if any(row.role == "All" and row.get("select") for row in rows):
		pytest.skip("on this engine every account sees the list, as SECURITY.md says")


@pytest.fixture
def at_desk():
	role = frappe.get_doc("Role", "Employee")
	role.desk_access = 1
	role.save()
	user = make_user(roles=("LMS Student",)).name
	make_employee(user)  # ERPNext takes the role from accounts without a record
	frappe.get_doc("User", user).add_roles("Employee")
	assert frappe.db.get_value("User", user, "user_type") == "System User"
	return user


def test_an_account_that_only_learns_sees_nobody(by_role):
	user = make_user()
	assert user.user_type == "Website User"
	assert set(seen_by(user.name)) <= {user.name}


def test_the_role_employee_without_desk_access_hides_the_list(by_role, at_desk):
	assert len(seen_by(at_desk)) > 1  # Frappe's right, as SECURITY.md says
	role = frappe.get_doc("Role", "Employee")
	role.desk_access = 0
	role.save()
	frappe.clear_cache(user=at_desk)
	assert frappe.db.get_value("User", at_desk, "user_type") == "Website User"
	assert set(seen_by(at_desk)) <= {at_desk}


def test_an_account_that_only_learns_is_no_account_at_the_desk():
	assert make_user().user_type == "Website User"
	assert make_user(roles=("LMS Student", "LMS Team Viewer")).user_type == "Website User"


def test_reports_go_through_the_repository_and_promise_no_time():
	text = (CHECKOUT / "SECURITY.md").read_text().partition("## What is protected")[0]
	assert "app_email" in text
	assert "receives nothing" in text
	assert not re.search(r"[\w.]+@[\w.]+|working days|within \w+ days", text)
