"""What learners and managers see, in the portal and by the API."""

from types import SimpleNamespace

import pytest

import frappe
from frappe.utils import add_days, today

from smooth_lms import permissions
from smooth_lms.api import training as api
from smooth_lms.people import employees, managers
from smooth_lms.portal.pages import learning
from smooth_lms.training import decisions
from smooth_lms.training.assignments import status
from smooth_lms.training.reading import views, wording
from tests.support.factories import make_course, make_learners, make_user, make_workforce
from tests.support.training import DOCTYPE, activated, assign_to, complete, rows_of


@pytest.fixture
def team():
	"""A manager, two direct reports, and one person below the first of them."""
	(boss,) = make_workforce(1)
	first, second = make_workforce(2, reports_to=employee_of(boss))
	(third,) = make_workforce(1, reports_to=employee_of(first))
	people = [boss, first, second, third]
	pins = [{"member": each, "effect": "Pin", "reason": "Test"} for each in people]
	doc = activated(courses=2, exceptions=pins)
	assign_to(doc, people)
	return doc, people


def employee_of(user):
	return frappe.db.get_value("Employee", {"user_id": user})


def test_own_training_is_sorted_by_urgency(team):
	doc, (boss, *_others) = team
	one, two = (row.course for row in doc.courses)
	complete(boss, one)
	frappe.set_user(boss)
	rows = api.get_my_training_assignments()
	assert [(row["course"], row["status"], row["open"]) for row in rows] == [
		(two, "Pending", True),
		(one, "Completed", False),
	]
	assert rows[0]["days_left"] == 30
	assert rows[0]["requirement"] == doc.title


def test_a_completion_from_before_is_shown_and_counted_once(team):
	doc, (boss, first, *_others) = team
	course = doc.courses[0].course
	earlier = {"doctype": DOCTYPE, "member": first, "course": course, "completed_on": add_days(today(), -3)}
	frappe.get_doc(earlier).insert()
	rows = [row for row in views.of_member(first) if row["course"] == course]
	assert [(row["status"], row["requirement"]) for row in rows] == [("Completed", doc.title)]
	assert frappe.db.count(DOCTYPE, {"member": first, "course": course, "status": "Completed"}) == 2
	found = {row["member"]: row["done"] for row in views.team(boss, views.TeamQuery())["people"]}
	assert found[first] == 1


def test_guests_are_refused():
	frappe.set_user("Guest")
	for call in (api.get_my_training_assignments, api.get_team_training_status):
		with pytest.raises(frappe.PermissionError):
			call()


def test_managers_see_direct_reports_or_everybody_below(team):
	_doc, (boss, first, second, third) = team
	frappe.set_user(boss)
	assert {row["member"] for row in api.get_team_training_status()["people"]} == {first, second}
	found = api.get_team_training_status(whole_tree=True)
	assert {row["member"] for row in found["people"]} == {first, second, third}
	frappe.set_user(third)
	assert api.get_team_training_status(whole_tree=True)["people"] == []


def test_who_is_behind_comes_first_and_can_be_filtered(team):
	_doc, (boss, first, second, _third) = team
	frappe.db.set_value(
		DOCTYPE, rows_of(second)[0].name, {"due_date": add_days(today(), -1), "status": "Overdue"}
	)
	complete(first, rows_of(first)[0].course)
	found = views.team(boss, views.TeamQuery())
	assert [(row["member"], row["overdue"], row["done"]) for row in found["people"]] == [
		(second, 1, 0),
		(first, 0, 1),
	]
	assert found["counts"] == {"behind": 1, "due": 0, "on_track": 1, "asking": 0}
	behind = views.team(boss, views.TeamQuery.of(state="behind"))
	assert [row["member"] for row in behind["people"]] == [second]
	named = views.team(boss, views.TeamQuery.of(search=first[:-12].upper(), sort="last_activity"))
	assert {row["member"] for row in named["people"]} <= {first, second}


@pytest.mark.parametrize(
	"asked", [{"page": "-3", "sort": "drop table", "state": "x", "page_size": "9999"}, {"page": "many"}]
)
def test_odd_queries_are_put_right(asked):
	query = views.TeamQuery.of(**asked)
	assert (query.page, query.sort, query.state, query.page_size) == (1, "overdue", "", 50)


def test_a_circle_of_managers_ends(team):
	_doc, (boss, first, _second, _third) = team
	frappe.db.set_value("Employee", employee_of(boss), "reports_to", employee_of(first))
	assert boss not in managers.team_of(boss, whole_tree=True)


def test_the_condition_of_lists_finds_the_same_people_and_does_not_grow(team):
	_doc, (boss, first, _second, third) = team
	(learner,) = make_workforce(1)
	make_learners([learner], approver=boss)
	make_learners([first], approver=boss, status="Archived")
	for person in (boss, first, third):
		query = managers.team_query(person)
		found = {row[0] for row in frappe.db.sql(query.replace("%%", "%"))}
		assert found == set(managers.team_of(person, whole_tree=True))
	assert learner in managers.team_of(boss)
	before = len(permissions.assignment_query(boss))
	make_workforce(300, reports_to=employee_of(boss))
	assert len(permissions.assignment_query(boss)) == before
	assert len(managers.team_of(boss)) == 303


def test_the_record_that_speaks_for_an_account():
	records = [
		("a", "Left", 1),
		("a", "Active", 2),
		("b", "Active", 3),
		("b", "Suspended", 4),
		("a", "Active", 5),
	]
	found = employees.speaking([*records, ("c", "Left", 6), ("c", "Left", 7)], lambda row: row[:2])
	assert {user: row[2] for user, row in found.items()} == {"a": 5, "b": 3, "c": 7}


def test_the_number_of_statements_does_not_grow(statements):
	counts = []
	for number in (5, 300):
		(boss,) = make_workforce(1)
		make_workforce(number, reports_to=employee_of(boss))
		views.team(boss, views.TeamQuery())  # DocTypes are read once
		with statements() as sent:
			views.team(boss, views.TeamQuery())
		counts.append(sent.total)
	assert counts[1] <= counts[0] <= 8


def test_can_be_switched_off_for_managers():
	(boss,) = make_workforce(1)
	make_workforce(1, reports_to=employee_of(boss))
	frappe.set_user(boss)
	frappe.db.set_single_value("LMS Settings", "managers_see_training", 0)
	frappe.clear_document_cache("LMS Settings", "LMS Settings")
	try:
		with pytest.raises(frappe.PermissionError):
			api.get_team_training_status()
	finally:
		frappe.db.set_single_value("LMS Settings", "managers_see_training", 1)
		frappe.clear_document_cache("LMS Settings", "LMS Settings")


def test_managers_decide_for_everybody_below_them(team):
	_doc, (boss, first, second, third) = team
	assert permissions.is_manager_of(boss, first)
	assert permissions.is_manager_of(boss, third)
	assert permissions.is_manager_of(first, third)
	for manager, member in ((second, third), (third, boss), (boss, boss), (first, second)):
		assert not permissions.is_manager_of(manager, member)
	frappe.set_user(boss)
	name = rows_of(third)[0].name
	api.extend([name], add_days(today(), 90))
	assert frappe.has_permission(DOCTYPE, "read", doc=name)
	assert {row.member for row in frappe.get_list(DOCTYPE, fields=["member"])} == {boss, first, second, third}
	# people who report to one another in a circle
	frappe.db.set_value("Employee", employee_of(boss), "reports_to", employee_of(third))
	assert permissions.is_manager_of(third, first)


def test_a_stranger_is_nobodys_manager():
	user = make_user().name
	assert views.team(user, views.TeamQuery())["people"] == []
	assert status.rules.today()


def test_can_be_switched_off_for_employees():
	(user,) = make_workforce(1)
	course = make_course().name
	name = frappe.get_doc(
		{"doctype": "LMS Training Assignment", "member": user, "course": course, "due_date": today()}
	).insert(ignore_permissions=True)
	frappe.set_user(user)
	assert [row["course"] for row in api.get_my_training_assignments()] == [course]
	assert frappe.get_list("LMS Training Assignment", {"member": user})
	frappe.db.set_single_value("LMS Settings", "employees_see_training", 0)
	frappe.clear_document_cache("LMS Settings", "LMS Settings")
	try:
		with pytest.raises(frappe.PermissionError, match="does not show training to employees"):
			api.get_my_training_assignments()
		with pytest.raises(frappe.PermissionError, match="does not show training to employees"):
			learning.ask_for_time(SimpleNamespace(user=user), name.name)
		assert not frappe.get_list("LMS Training Assignment", {"member": user})
		assert not frappe.has_permission("LMS Training Assignment", "read", doc=name, user=user)
	finally:
		frappe.db.set_single_value("LMS Settings", "employees_see_training", 1)
		frappe.clear_document_cache("LMS Settings", "LMS Settings")


@pytest.mark.parametrize(("days", "is_soon"), [(14, True), (15, False)])
def test_the_learner_and_the_manager_see_the_same_as_due_soon(days, is_soon):
	(boss,) = make_workforce(1)
	(member,) = make_workforce(1, reports_to=employee_of(boss))
	decisions.assign_course(make_course().name, [member], add_days(today(), days))
	(own,) = views.of_member(member)
	(row,) = views.team(boss, views.TeamQuery())["people"]
	assert wording.state_of(own)["code"] == ("soon" if is_soon else "state")
	assert row["state"] == ("due" if is_soon else "on_track")
