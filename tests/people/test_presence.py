"""Who is here, away for a while, or gone: one rule for the nightly run, the reports and the purge."""

import pytest

import frappe
from frappe.utils import add_days, getdate, today

from smooth_lms.people import managers, presence, profiles
from smooth_lms.people.presence import Presence
from smooth_lms.training import decisions
from smooth_lms.training.assignments import kept, status
from smooth_lms.training.assignments.ledger import MARK
from tests.support.factories import make_course, make_employee, make_learners, make_user, make_workforce
from tests.support.hr import make_leave


@pytest.mark.parametrize(
	("status", "facts", "expected"),
	[
		("Active", {}, (Presence.PRESENT, None)),
		(None, {}, (Presence.PRESENT, None)),
		("Active", {"on_leave": True}, (Presence.PAUSED, "On leave")),
		("Active", {"enabled": False}, (Presence.GONE, "Account disabled")),
		("Active", {"enabled": False, "on_leave": True}, (Presence.GONE, "Account disabled")),
		("Active", {"excluded": True}, (Presence.GONE, "Excluded")),
		("Active", {"archived": True, "archived_for": "By hand"}, (Presence.GONE, "Archived")),
		("Active", {"archived": True, "archived_for": "Suspended"}, (Presence.PAUSED, "Suspended")),
		("Suspended", {"enabled": False}, (Presence.PAUSED, "Suspended")),
		("Suspended", {"archived": True, "archived_for": "Suspended"}, (Presence.PAUSED, "Suspended")),
		("Suspended", {"archived": True, "archived_for": "By hand"}, (Presence.GONE, "Archived")),
		("Suspended", {"excluded": True}, (Presence.GONE, "Excluded")),
		("Suspended", {"suspended_waits": False}, (Presence.GONE, "Suspended")),
		("Left", {"on_leave": True}, (Presence.GONE, "Left")),
		("Left", {"stays": True}, (Presence.PRESENT, None)),
		("Left", {"stays": True, "enabled": False}, (Presence.GONE, "Account disabled")),
		("Left", {"stays": True, "archived": True, "archived_for": "By hand"}, (Presence.GONE, "Archived")),
		("Inactive", {"archived": True, "archived_for": "Inactive"}, (Presence.PAUSED, "Inactive")),
		("Inactive", {"enabled": False}, (Presence.PAUSED, "Inactive")),
		("Inactive", {"suspended_waits": False}, (Presence.GONE, "Inactive")),
		("Active", {"archived": True, "archived_for": "Inactive"}, (Presence.PAUSED, "Inactive")),
		(None, {"archived": True, "archived_for": "Suspended"}, (Presence.GONE, "Archived")),
		(None, {"enabled": False}, (Presence.GONE, "Account disabled")),
	],
)
def test_the_state_follows_from_hr_the_account_and_the_learner(status, facts, expected):
	assert presence.state(status, **{"enabled": True, **facts}) == expected


@pytest.fixture
def assigned():
	"""Somebody with an open assignment, whose learner record is there."""
	(user,) = make_workforce(1)
	make_learners([user])
	(name,) = decisions.assign_course(make_course().name, [user], "2099-01-01")["assigned"]
	# as the assignments of a rule are marked, which a purge has to leave
	frappe.db.set_value("LMS Training Assignment", name, "current_mark", MARK)
	return frappe._dict(user=user, assignment=name)


def suspend(user: str) -> None:
	"""As HR and the synchronization that follows leave it."""
	frappe.db.set_value("Employee", {"user_id": user}, "status", "Suspended")
	frappe.db.set_value("LMS Learner", user, {"status": "Archived", "archived_reason": "Suspended"})


def test_a_suspended_person_is_paused_for_all_who_ask(assigned):
	suspend(assigned.user)
	status.pause([assigned.user])
	assert frappe.db.get_value("LMS Training Assignment", assigned.assignment, "paused_since")
	assert presence.of([assigned.user], getdate()) == {assigned.user: (Presence.PAUSED, "Suspended")}
	assert profiles.everybody()[assigned.user].present
	assert kept.assignments_in_force([assigned.assignment]) == {assigned.assignment}
	assert presence.is_absent(assigned.user)


def test_an_inactive_person_is_paused_for_all_who_ask(assigned):
	frappe.db.set_value("Employee", {"user_id": assigned.user}, "status", "Inactive")
	frappe.db.set_value("LMS Learner", assigned.user, {"status": "Archived", "archived_reason": "Inactive"})
	status.close_for_leavers([assigned.user])
	status.pause([assigned.user])
	row = frappe.db.get_value(
		"LMS Training Assignment", assigned.assignment, ["status", "paused_since"], as_dict=True
	)
	assert (row.status, bool(row.paused_since)) == ("Pending", True)
	assert profiles.everybody()[assigned.user].present
	assert kept.assignments_in_force([assigned.assignment]) == {assigned.assignment}


@pytest.mark.parametrize(
	("leaving", "here"),
	[
		({"relieving_date": 0}, False),
		({}, False),
		({"relieving_date": 10}, True),
		({"relieving_date": -10, "lms_keep_access": 1}, True),
		({"lms_keep_access": 1}, True),
	],
)
def test_whoever_leaves_keeps_training_until_they_have_left(assigned, leaving, here):
	values = {**leaving, "status": "Left"}
	if "relieving_date" in values:
		values["relieving_date"] = add_days(today(), values["relieving_date"])
	boss = make_employee(make_user().name)
	frappe.db.set_value("Employee", {"user_id": assigned.user}, {**values, "reports_to": boss.name})
	status.close_for_leavers([assigned.user])
	found = frappe.db.get_value("LMS Training Assignment", assigned.assignment, "status")
	assert found == ("Pending" if here else "Cancelled")
	assert profiles.everybody()[assigned.user].present == here
	expected = [assigned.user] if here else []
	assert list(managers.team_of(boss.user_id)) == expected
	assert managers.is_above(boss.user_id, assigned.user) == here
	assert managers.has_reports(boss.user_id) == here
	assert list(managers.managers_of([assigned.user])) == expected


def test_where_suspensions_do_not_pause_a_suspended_person_is_gone_for_all_who_ask(assigned):
	frappe.db.set_single_value("LMS Settings", "pause_suspended", 0)
	suspend(assigned.user)
	assert presence.of([assigned.user], getdate()) == {assigned.user: (Presence.GONE, "Suspended")}
	assert not profiles.everybody()[assigned.user].present
	assert kept.assignments_in_force([assigned.assignment]) == set()
	status.close_for_leavers([assigned.user])
	assert frappe.db.get_value("LMS Training Assignment", assigned.assignment, "status") == "Cancelled"


def test_who_is_excluded_by_hr_is_gone_for_reports_too(assigned):
	frappe.db.set_value("Employee", {"user_id": assigned.user}, "exclude_from_lms", 1)
	assert not profiles.everybody()[assigned.user].present


def test_people_without_any_record_go_with_their_account():
	stranger = make_user().name
	assert presence.of([stranger], getdate())[stranger] == presence.HERE
	frappe.db.set_value("User", stranger, "enabled", 0)
	assert presence.of([stranger], getdate())[stranger].presence is Presence.GONE


def test_a_leave_pauses_where_leaves_of_its_length_do():
	(user,) = make_workforce(1)
	employee = frappe.db.get_value("Employee", {"user_id": user})
	make_leave(employee, days=20).submit()
	assert presence.of([user], getdate(today()))[user] == (Presence.PAUSED, "On leave")
	assert user in presence.paused(None, getdate(today()))
	frappe.db.set_single_value("LMS Settings", "pause_leave_days", 0)
	assert presence.of([user], getdate(today()))[user] == presence.HERE
