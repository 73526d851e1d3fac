"""Nobody gets into another person's account, or becomes an employee, by changing what an account is called."""

from collections.abc import Callable

import pytest

import frappe
import frappe.client
from frappe.utils.password import check_password, update_password

from smooth_lms.api import learners as api
from smooth_lms.exceptions import OwnedByHRError
from smooth_lms.people import employees
from tests.support import factories
from tests.support.factories import make_user

LEARNER = "LMS Learner"
STATUSES = ("Active", "Inactive", "Suspended", "Left")
PASSWORD = "their very own 7 words"


def address() -> str:
	return f"{factories.unique('guest').replace(' ', '.').lower()}@example.com"


@pytest.fixture
def learner() -> str:
	"""A learner by hand, whose account has a password."""
	email = make_user().name
	factories.make_learners([email], source="Manual")
	update_password(email, PASSWORD)
	return email


@pytest.fixture
def moderator() -> str:
	return make_user(roles=("Moderator",)).name


def employee_with(status: str, **values: str) -> str:
	"""An Employee; ERPNext wants some of this only in a form."""
	name = factories.make_employee(None, **values).name
	frappe.db.set_value("Employee", name, "status", status)
	return name


def _correct(user: str, email: str) -> None:
	api.correct(user, email=email)


def _rename_learner(user: str, email: str) -> None:
	frappe.rename_doc(LEARNER, user, email)


def _rename_user(user: str, email: str) -> None:
	frappe.rename_doc("User", user, email)


def _set_user(user: str, email: str) -> None:
	make_user(email)
	doc = frappe.get_doc(LEARNER, user)
	doc.user = email
	doc.save()
	if doc.user == user:  # put back
		frappe.throw("unchanged")


def _change_address(user: str, email: str) -> None:
	doc = frappe.get_doc("User", user)
	doc.email = email
	doc.save()


def _rename_over_http(user: str, email: str) -> None:
	frappe.client.rename_doc("User", user, email)


def _merge_over_http(user: str, email: str) -> None:
	make_user(email)
	frappe.client.rename_doc("User", user, email, merge=True)


WAYS: dict[str, Callable[[str, str], None]] = {
	"the portal's details": _correct,
	"renaming the learner": _rename_learner,
	"renaming the account": _rename_user,
	"renaming the account over HTTP": _rename_over_http,
	"merging the account": _merge_over_http,
	"another account in the learner": _set_user,
	"another address in the account": _change_address,
}


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("way", sorted(WAYS))
def test_no_account_gets_an_address_that_hr_knows(learner, moderator, way, status):
	"""The next synchronization would link it to the employee, and whoever has the old password reads their record."""
	work = address()
	employee_with(status, company_email=work)
	frappe.set_user(moderator)
	with pytest.raises((frappe.PermissionError, frappe.ValidationError)):
		WAYS[way](learner, work)
	frappe.set_user("Administrator")
	assert frappe.db.get_value("User", learner, "email") == learner


@pytest.mark.parametrize("way", sorted(set(WAYS) - {"another address in the account"}))
@pytest.mark.parametrize("who", ["themself", "another learner", "HR Manager"])
def test_only_system_managers_name_accounts(learner, way, who):
	"""Frappe shares everybody's account with themself, and so lets them rename it: older versions anybody's."""
	people = {"themself": learner, "another learner": make_user().name}
	user = people.get(who) or make_user(roles=("HR Manager",)).name
	new = address()
	frappe.set_user(user)
	with pytest.raises((frappe.PermissionError, frappe.ValidationError)):
		WAYS[way](learner, new)
	frappe.set_user("Administrator")
	assert frappe.db.exists("User", learner)


def test_a_learner_renames_no_account_through_the_door(learner, server):
	frappe.db.commit()
	given = {"doctype": "User", "old_name": learner, "new_name": address()}
	answer = server.session(learner).post(f"{server.url}/api/method/frappe.client.rename_doc", data=given)
	assert answer.status_code == 403
	assert "System Manager" in answer.text
	frappe.db.rollback()
	assert frappe.db.exists("User", learner)


@pytest.mark.parametrize("merge", [False, True])
@pytest.mark.parametrize("role", ["HR User", "Employee Self Service"])
def test_an_employee_record_is_renamed_by_those_who_may_change_it(role, merge):
	mine, far = employee_with("Active"), employee_with("Active", company=factories.company("Far Away Branch"))
	user = make_user(roles=(role,)).name
	permission = {"doctype": "User Permission", "user": user, "allow": "Employee", "for_value": mine}
	frappe.get_doc({**permission, "apply_to_all_doctypes": 1}).insert()
	frappe.set_user(user)
	for old, new in ((far, mine), (mine, far)) if merge else ((far, factories.unique("EMP")),):
		with pytest.raises((frappe.PermissionError, frappe.ValidationError)):
			frappe.client.rename_doc("Employee", old, new, merge=merge)
	frappe.set_user("Administrator")
	assert frappe.db.exists("Employee", far)


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("change", ["email", "full_name"])
def test_no_account_that_hr_names_is_taken_over(learner, moderator, status, change):
	"""One who left keeps the role Employee, and with it what HR keeps about them."""
	employee = employee_with("Active", user_id=learner)
	frappe.db.set_value("Employee", employee, "status", status)
	frappe.set_user(moderator)
	with pytest.raises(OwnedByHRError, match=employee):
		api.correct(learner, **{change: address()})


def test_what_opened_an_account_before_does_not_open_it_under_its_new_address(learner, moderator):
	"""An address that HR gives somebody later is not waiting for them with somebody else's password."""
	user = frappe.get_doc("User", learner)
	user.db_set({"reset_password_key": "k" * 32, "api_key": frappe.generate_hash(length=15)})
	update_password(learner, "s3cret", fieldname="api_secret")
	frappe.set_user(moderator)
	new = api.correct(learner, email=address())["user"]
	with pytest.raises(frappe.AuthenticationError):
		check_password(new, PASSWORD)
	kept = frappe.db.get_value("User", new, ["reset_password_key", "api_key"])
	assert not any(kept)
	assert not frappe.db.sql("select 1 from `__Auth` where doctype = 'User' and name in %s", [(learner, new)])


def test_a_new_name_leaves_the_password(learner, moderator):
	frappe.set_user(moderator)
	api.correct(learner, full_name="Gina Guest")
	assert check_password(learner, PASSWORD) == learner


def test_a_system_manager_decides_about_accounts_of_those_who_left(learner):
	employee = employee_with("Active", user_id=learner)
	frappe.db.set_value("Employee", employee, "status", "Left")
	frappe.set_user(make_user(roles=("System Manager",)).name)
	assert api.correct(learner, full_name="Gina Guest") == {"user": learner}


def test_hr_is_asked_about_user_and_work_address():
	user, work = make_user().name, address()
	first = employee_with("Active", user_id=user)
	second = employee_with("Left", company_email=work.upper())
	assert employees.named_as([user.upper(), work, address()]) == {user.casefold(): first, work: second}
