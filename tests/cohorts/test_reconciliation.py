"""The roster and the headcount check: who is in, who is missing, why, and who may see it."""

import pytest

import frappe
from frappe.desk.query_report import run

from smooth_lms.cohorts import enrollment, reconciliation
from tests.factories import company, make_batch, make_employee, make_user, make_users, unique
from tests.hr_factories import make_department, make_hr_user, make_many_employees


def enroll(batch, *users: str) -> None:
	enrollment.enroll_many(batch.name, users, source="Desk")


def test_the_roster_says_where_people_work_and_which_courses_they_lack():
	batch, team, other = make_batch(courses=2), make_department(), make_department()
	below = make_department(parent=team)
	one, two, three = make_users(3)
	make_employee(one, department=below)
	make_employee(two, department=other)
	enroll(batch, one, two, three)
	course = batch.courses[0]
	frappe.db.delete("LMS Enrollment", {"member": one, "course": course.course})
	rows = {row.member: row for row in reconciliation.roster_rows({"batch": batch.name})}
	assert set(rows) == {one, two, three}
	assert (rows[one].company, rows[one].department) == (company(), below)
	assert rows[one].courses_missing == frappe.db.get_value("LMS Course", course.course, "title")
	assert (rows[three].department, rows[three].courses_missing) == (None, "")
	found = reconciliation.roster_rows({"batch": batch.name, "department": team})
	assert [row.member for row in found] == [one]
	assert reconciliation.roster_rows({"batch": batch.name, "company": unique("Nowhere")}) == []
	assert reconciliation.roster_rows({"batch": batch.name, "status": "Waitlisted"}) == []


def test_headcount_tells_why_each_missing_person_is_missing():
	batch, team = make_batch(), make_department()
	names = ("In", "Without", "Linkless", "Disabled", "Stranger", "Gone", "Fresh", "Double")
	word = unique("word").replace(" ", "")
	users = {name: make_user(f"{name}.{word}@example.com").name for name in names}
	roles = frappe.get_doc("User", users["Stranger"])
	roles.roles = []
	roles.save(ignore_permissions=True)
	people = {}
	for name in names:
		linked = name not in ("Without", "Linkless", "Double")
		mail = {"Linkless": users["Linkless"].upper(), "Double": users["In"].upper()}.get(name)
		people[name] = make_employee(
			users[name] if linked else None,
			first_name=name,
			department=team,
			**({"company_email": mail} if mail else {}),
		).name
	frappe.db.set_value("User", users["Disabled"], "enabled", 0)
	frappe.db.delete("Has Role", {"parent": users["Stranger"]})
	enroll(batch, users["In"], users["Gone"])
	enrollment.withdraw(batch.name, users["Gone"], reason="on leave")
	found = reconciliation.headcount(batch.name, {"department": team})
	assert (found["headcount"], found["present"], found["missing"]) == (8, 1, 7)
	rows = {row["employee"]: row for row in found["rows"]}
	assert people["In"] not in rows

	def said(name: str) -> tuple[str, str]:
		return rows[people[name]]["reason"], rows[people[name]]["remedy"]

	no_account = "Employee {} has no user account: set Employee.user_id first."
	assert said("Without")[0] == no_account.format(people["Without"])
	assert said("Linkless") == (
		no_account.format(people["Linkless"]),
		f"There is an account {users['Linkless']}: set it as the employee's user.",
	)
	assert said("Double")[1] == (
		f"The e-mail {users['In'].lower()} is also that of {people['In']}: keep one employee record for the person."
	)
	assert said("Disabled")[0] == "The user account is disabled: enable it first."
	assert said("Stranger")[0] == ("The user is not a learner: give the account the role LMS Student first.")
	assert said("Gone")[0].endswith(": on leave")
	assert said("Fresh") == ("Not enrolled yet.", "Enroll them from the cohort.")


def test_hr_sees_only_their_employees_in_both_reports():
	batch = make_batch()
	one, two, three = make_users(3)
	make_employee(one)
	far = company("Northern Test Company")
	make_employee(two, company=far)
	make_employee(three, company=far)
	enroll(batch, one, two)
	hr = make_hr_user(company=company())
	frappe.set_user(hr)
	assert [row.member for row in reconciliation.roster_rows({"batch": batch.name})] == [one]
	everywhere = {"company": [company(), far]}
	found = reconciliation.headcount(batch.name, everywhere)
	assert three not in {row["user"] for row in found["rows"]}
	assert far not in {row["company"] for row in found["rows"]}


@pytest.mark.parametrize(
	("roles", "allowed"),
	[
		(("Moderator",), True),
		(("HR User",), True),
		(("LMS Student",), False),
		(("Course Creator",), False),
	],
)
def test_who_may_run_the_reports(roles, allowed):
	batch, team = make_batch(), make_department()
	make_employee(make_user().name, department=team)
	frappe.set_user(make_user(roles=roles).name)
	for report, filters in (
		("Cohort Roster", {"batch": batch.name}),
		("Headcount vs Enrollment", {"batch": batch.name, "department": team}),
	):
		if allowed:
			assert run(report, filters=filters)["columns"]
		else:
			with pytest.raises(frappe.PermissionError):
				run(report, filters=filters)


@pytest.mark.full
def test_five_thousand_people_cost_a_fixed_number_of_queries(monkeypatch):
	batch, team = make_batch(courses=2), make_department()
	users = make_many_employees(5_000, department=team)
	enroll(batch, *users[:4_000])
	reconciliation.headcount(batch.name, {"employees": ["nobody"]})
	queries = []
	sql = frappe.db.sql
	monkeypatch.setattr(frappe.db, "sql", lambda *args, **kw: queries.append(args) or sql(*args, **kw))
	assert len(reconciliation.roster_rows({"batch": batch.name})) == 4_000
	assert len(queries) <= 12
	queries.clear()
	found = reconciliation.headcount(batch.name, {"department": team})
	assert (found["headcount"], found["missing"]) == (5_000, 1_000)
	assert len(queries) <= 45
