"""HR's word names accounts that learn and closes all but System Managers'; the rest is for a System Manager."""

import pytest

import frappe
from frappe.utils import today

from smooth_lms.learners import account_switch, by_hand, why
from smooth_lms.learners.report.learners_to_look_at.learners_to_look_at import execute
from smooth_lms.learners.sync import alerts, planner
from tests.support.boarding import after_commit, email, roles
from tests.support.factories import make_employee, make_user

BEYOND = ("System Manager", "Moderator", "HR Manager", "Course Creator")


def linked(*held: str, **values):
	"""An Employee whom HR has given somebody else's account, with that account."""
	user = make_user(roles=("LMS Student", *held), first_name="Own", last_name="Name").name
	employee = make_employee(user, **{"first_name": "Another", "last_name": "Person", **values})
	after_commit()
	return employee, user


def leave(employee) -> None:
	doc = frappe.get_doc("Employee", employee.name)
	doc.update({"status": "Left", "relieving_date": today()})
	doc.save()
	after_commit()


def account(user: str) -> tuple[str, int]:
	return frappe.db.get_value("User", user, ["full_name", "enabled"])


def listed(employee) -> list[str]:
	"""What the report says that a System Manager has to do about somebody."""
	_columns, rows = execute()
	return [row[3] for row in rows if row[:2] == ["For a System Manager", employee.name]]


@pytest.mark.parametrize("role", BEYOND)
def test_an_account_with_more_rights_keeps_its_name(role):
	employee, user = linked(role)
	assert account(user) == ("Own Name", 1)
	(sentence,) = listed(employee)
	assert "Another Person" in sentence
	assert sentence in why.why(employee.name)["answer"]


@pytest.mark.parametrize("role", [role for role in BEYOND if role != "System Manager"])
def test_whatever_a_leaver_may_do_the_account_is_closed(role):
	employee, user = linked(role)
	assert by_hand.leaving_means(employee.name)["disables"]
	leave(employee)
	assert account(user) == ("Own Name", 0)
	assert listed(employee) == []


def test_a_system_manager_who_leaves_has_left_training_and_is_told_of(monkeypatch):
	told = []
	monkeypatch.setattr(alerts, "ring", lambda key, to, subject, *about: told.append((to, subject)))
	employee, user = linked("System Manager")
	closes = account_switch.is_done_here()
	assert by_hand.leaving_means(employee.name)["disables"] == closes
	leave(employee)
	assert account(user) == ("Own Name", int(not closes))
	assert frappe.db.get_value("LMS Learner", user, ["status", "archived_reason"]) == ("Archived", "Left")
	assert "LMS Student" not in roles(user)
	if closes:  # there is nothing left to decide
		assert listed(employee) == told == []
		return
	(sentence,) = listed(employee)
	assert user in sentence
	assert sentence in why.why(employee.name)["answer"]
	((people, subject),) = told
	assert user in subject
	assert people
	assert all("System Manager" in roles(each) for each in people)
	assert not planner.follow([employee.name]).done


def test_nothing_is_listed_once_the_system_manager_has_decided():
	employee, user = linked("System Manager")
	frappe.db.set_value("User", user, "full_name", "Another Person")
	assert listed(employee) == []
	leave(employee)
	frappe.db.set_value("User", user, "enabled", 0)
	assert listed(employee) == []


@pytest.mark.parametrize("held", [(), ("Employee", "Leave Approver")])
def test_accounts_that_learn_follow_hr(held):
	employee, user = linked(*held)
	assert account(user) == ("Another Person", 1)
	leave(employee)
	assert account(user) == ("Another Person", 0)
	assert listed(employee) == []


def test_roles_that_the_learning_profile_gave_go_with_it():
	user = make_user(first_name="Own", last_name="Name").name
	employee = make_employee(user, first_name="Another", last_name="Person", lms_learning_profile="Author")
	after_commit()
	assert "Course Creator" in roles(user)
	doc = frappe.get_doc("Employee", employee.name)
	doc.last_name = "Hadi"
	doc.save()
	after_commit()
	assert account(user) == ("Another Hadi", 1)
	leave(employee)
	assert account(user) == ("Another Hadi", 0)
	assert "Course Creator" not in roles(user)


def test_what_hrs_record_has_made_it_ends_whatever_was_given_since():
	address = email("made")
	employee = make_employee(company_email=address, first_name="Ana", last_name="Ruiz")
	after_commit()
	frappe.get_doc("User", address).add_roles("Moderator")
	leave(employee)
	assert account(address) == ("Ana Ruiz", 0)


def returns(employee) -> None:
	doc = frappe.get_doc("Employee", employee.name)
	doc.update({"status": "Active", "relieving_date": None})
	doc.save()
	after_commit()


def test_a_rehire_gets_back_the_account_that_leaving_closed():
	employee, user = linked("Moderator")
	leave(employee)
	returns(employee)
	assert account(user) == ("Own Name", 1)


def test_hr_opens_no_account_with_more_rights_that_somebody_else_closed():
	if account_switch.is_done_here():
		pytest.skip("this ERPNext has closed it before anybody else could: see test_account_switch.py")
	employee, user = linked("Moderator")
	frappe.db.set_single_value("LMS Settings", "disable_leavers", 0)
	leave(employee)
	frappe.db.set_value("User", user, "enabled", 0)
	with pytest.raises(frappe.ValidationError):
		returns(employee)
	assert account(user)[1] == 0
