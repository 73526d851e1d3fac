"""Who is whose manager: the list, the page, the mails and the navigation agree."""

import pytest

import frappe

from smooth_lms import permissions
from smooth_lms.people import managers
from tests.support.factories import make_learners, make_user, make_workforce


def employee_of(user: str) -> str:
	return frappe.db.get_value("Employee", {"user_id": user})


@pytest.fixture
def boss():
	return make_workforce(1)[0]


def agrees(manager: str, member: str) -> bool:
	"""What all who ask say; they have to say the same."""
	answers = {
		member in managers.team_of(manager),
		managers.is_manager_of(manager, member),
		bool(
			frappe.db.sql(f"select 1 from tabUser where name = %s and name in ({in_list(manager)})", member)
		),
		managers.has_team(manager),
		permissions.is_manager(manager),
	}
	(answer,) = answers
	return answer


def in_list(manager: str) -> str:
	return managers.team_query(manager).replace("%", "%%")


@pytest.mark.parametrize(
	("status", "is_in_team"), [("Active", True), ("Suspended", True), ("Left", False), ("Inactive", True)]
)
def test_the_only_report_in_hr_makes_a_manager_also_while_away(boss, status, is_in_team):
	(member,) = make_workforce(1, reports_to=employee_of(boss))
	frappe.db.set_value("Employee", employee_of(member), "status", status)
	assert agrees(boss, member) is is_in_team


@pytest.mark.parametrize(
	("learner", "is_in_team"),
	[
		({"status": "Active"}, True),
		({"status": "Archived", "archived_reason": "Suspended"}, True),
		({"status": "Archived", "archived_reason": "Inactive"}, True),
		({"status": "Archived", "archived_reason": "Left"}, False),
		({"status": "Archived", "archived_reason": "By hand"}, False),
	],
)
def test_an_approver_is_the_manager_until_the_learner_is_gone(boss, learner, is_in_team):
	member = make_user().name
	make_learners([member], approver=boss, **learner)
	assert agrees(boss, member) is is_in_team


def test_one_manager_is_told_the_approver_before_whom_hr_names(boss):
	(other,) = make_workforce(1)
	first, second = make_workforce(2, reports_to=employee_of(boss))
	make_learners([first, second])
	frappe.db.set_value("LMS Learner", second, "approver", other)
	assert managers.managers_of([first, second]) == {first: boss, second: other}
	frappe.db.set_value("User", other, "enabled", 0)
	assert managers.managers_of([second]) == {second: boss}
