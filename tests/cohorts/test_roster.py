"""Choosing employees: filters, trees, what HR may see, and the preview of a cohort for them."""

import pytest

import frappe
from frappe.utils import add_days, today

from smooth_lms.cohorts import enrollment, roster
from tests.support.factories import company, make_batch, make_employee, make_user, make_users, unique
from tests.support.hr import make_department, make_hr_user, make_many_employees


def names(**filters) -> set[str]:
	return {row.name for row in roster.find({"company": company(), **filters})}


def test_company_and_status():
	other = company("Northern Test Company")
	here, there = make_employee(), make_employee(company=other)
	left = make_employee()
	frappe.db.set_value("Employee", left.name, "status", "Left")
	found = names()
	assert here.name in found
	assert there.name not in found
	assert left.name not in found
	assert names(company=[company(), other]) >= {here.name, there.name}


def test_department_with_those_below():
	top = make_department()
	below = make_department(parent=top)
	beside = make_department()
	one, two, three = (make_employee(department=each) for each in (top, below, beside))
	assert names(department=top) == {one.name, two.name}
	assert names(department=[below, beside]) == {two.name, three.name}


def test_joined_between_is_inclusive():
	days = [add_days(today(), -each) for each in (900, 901, 902)]
	people = [make_employee(date_of_joining=day, branch=None) for day in days]
	found = names(joined_from=days[1], joined_to=days[0], employees=[each.name for each in people])
	assert found == {people[0].name, people[1].name}


def test_designation_branch_and_grade():
	made = {}
	for doctype, field in (
		("Designation", "designation_name"),
		("Branch", "branch"),
		("Employee Grade", "__newname"),
	):
		doc = frappe.get_doc({"doctype": doctype, field: unique(doctype)}).insert()
		made[doctype] = doc.name
	who = make_employee(designation=made["Designation"], branch=made["Branch"], grade=made["Employee Grade"])
	make_employee()
	assert names(designation=made["Designation"]) == {who.name}
	assert names(branch=made["Branch"]) == {who.name}
	assert names(grade=made["Employee Grade"]) == {who.name}


def test_manager_direct_and_whole_team():
	boss = make_employee()
	middle = make_employee(reports_to=boss.name)
	bottom = make_employee(reports_to=middle.name)
	assert names(manager=boss.name) == {middle.name}
	assert names(manager=boss.name, whole_team=1) == {middle.name, bottom.name}
	assert names(manager=boss.name, whole_team="0") == {middle.name}


@pytest.mark.parametrize(
	("filters", "sentence"),
	[
		({"salary": 1}, "There is no filter salary"),
		({"company": {"like": "%"}}, "a name or a list of names"),
		({"joined_from": "soon"}, "is not a date"),
		({"manager": "nobody"}, "There is no employee nobody"),
		({"manager": ["a"]}, "Choose one manager"),
	],
)
def test_wrong_filters_get_a_sentence(filters, sentence):
	with pytest.raises(frappe.ValidationError, match=sentence):
		roster.find(filters)


def test_a_field_that_this_site_lacks_is_said(monkeypatch):
	meta = frappe.get_meta("Employee")
	has_field = type(meta).has_field
	monkeypatch.setattr(type(meta), "has_field", lambda self, name: name != "grade" and has_field(self, name))
	who = make_employee()
	assert who.name in names()
	with pytest.raises(frappe.ValidationError, match="have no grade"):
		names(grade="A")


def test_hr_sees_only_employees_their_permissions_allow():
	mine, other = company(), company("Northern Test Company")
	here, there = make_employee(), make_employee(company=other)
	limited, free = make_hr_user(company=mine), make_hr_user()
	frappe.set_user(limited)
	assert names(company=[mine, other], employees=[here.name, there.name]) == {here.name}
	frappe.set_user(free)
	assert names(company=[mine, other], employees=[here.name, there.name]) == {here.name, there.name}


def test_a_moderator_without_hr_roles_sees_everybody():
	who = make_employee()
	frappe.set_user(make_user(roles=("Moderator",)).name)
	assert names(employees=[who.name]) == {who.name}


@pytest.mark.parametrize("roles", [("LMS Student",), ("Employee",), ("Course Creator",)])
def test_others_are_refused(roles):
	frappe.set_user(make_user(roles=roles).name)
	with pytest.raises(frappe.PermissionError):
		roster.find({})


def test_preview_says_for_each_what_would_happen():
	batch = make_batch(seat_count=1, enable_waitlist=1)
	first, second, disabled = make_users(3)
	team = make_department()
	for user, name in ((first, "Ana"), (second, "Ben"), (disabled, "Cem"), (None, "Dora")):
		make_employee(user, first_name=name, department=team)
	frappe.db.set_value("User", disabled, "enabled", 0)
	report = roster.preview(batch.name, filters={"department": team})
	assert [(row["outcome"], row["reason"]) for row in report["rows"]] == [
		("Enrolled", None),
		("Waitlisted", None),
		("Refused", "The user account is disabled: enable it first."),
		(
			"Refused",
			f"Employee {report['rows'][3]['employee']} has no user account: set Employee.user_id first.",
		),
	]
	assert [row["department"] for row in report["rows"]] == [team] * 4
	assert report["rows"][3]["member_name"] == "Dora"
	assert not frappe.db.exists("LMS Batch Enrollment", {"batch": batch.name})


def test_preview_tells_who_waits_already_from_who_is_in():
	batch = make_batch(seat_count=1, enable_waitlist=1)
	users = make_users(3)
	enrollment.enroll_many(batch.name, users[:2], source="Desk")
	report = roster.preview(batch.name, members=users)
	assert [(row["outcome"], row["waits"]) for row in report["rows"]] == [
		("Already enrolled", False),
		("Already enrolled", True),
		("Waitlisted", False),
	]


def test_preview_of_named_people_adds_their_employee_record():
	batch = make_batch()
	user = make_user()
	who = make_employee(user.name)
	report = roster.preview(batch.name, members=[user.name.upper(), "nobody@example.com"])
	assert [(row["employee"], row["outcome"]) for row in report["rows"]] == [
		(who.name, "Enrolled"),
		(None, "Refused"),
	]


def test_preview_refuses_one_by_one_whom_hr_may_not_see():
	batch = make_batch()
	other = company("Northern Test Company")
	seen, hidden = make_employee(make_user().name), make_employee(make_user().name, company=other)
	frappe.set_user(make_hr_user(company=company()))
	report = roster.preview(batch.name, members=[hidden.user_id, seen.user_id, hidden.name])
	assert [(row["outcome"], row["employee"]) for row in report["rows"]] == [
		("Refused", None),
		("Enrolled", seen.name),
		("Refused", None),
	]
	assert report["rows"][0]["reason"] == f"You may not see the employee record of {hidden.user_id}."


@pytest.mark.parametrize("number", [50, pytest.param(5_000, marks=pytest.mark.full)])
def test_the_number_of_queries_does_not_grow_with_people(number, monkeypatch):
	batch = make_batch()
	team = make_department()
	make_many_employees(number, department=team)
	roster.preview(batch.name, filters={"employees": []} | {"joined_from": today()})  # fills the caches
	queries = []
	sql = frappe.db.sql
	monkeypatch.setattr(frappe.db, "sql", lambda *args, **kw: queries.append(args) or sql(*args, **kw))
	report = roster.preview(batch.name, filters={"department": team})
	assert report["enrolled"] == number
	assert len(queries) <= 24 + 3 * -(-number // 1_000)
