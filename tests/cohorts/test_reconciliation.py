"""The roster and the headcount check: who is in, who is missing, why, and who may see it."""

import pytest

import frappe
from frappe.desk.query_report import run

from smooth_lms.cohorts import enrollment, reconciliation, withdrawal
from tests.support.factories import company, make_batch, make_employee, make_user, make_users, unique
from tests.support.hr import make_department, make_hr_user, make_many_employees


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
	withdrawal.withdraw(batch.name, users["Gone"], reason="on leave")
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


def test_headcount_lists_who_has_a_seat_and_is_not_expected():
	batch, team, other = make_batch(seat_count=6, enable_waitlist=1), make_department(), make_department()
	names = ("In", "Stranger", "Elsewhere", "Left", "Leaving", "Away", "Waits", "Withdrawn")
	users = dict(zip(names, make_users(len(names)), strict=True))
	people = {
		name: make_employee(users[name], department=other if name == "Elsewhere" else team).name
		for name in names
		if name != "Stranger"
	}
	enroll(batch, *(users[name] for name in names if name not in ("Waits", "Withdrawn")))
	enroll(batch, users["Waits"], users["Withdrawn"])
	withdrawal.withdraw(batch.name, users["Withdrawn"], reason="changed their mind")
	frappe.db.set_value("Employee", people["Left"], "status", "Left")
	leaving = {"status": "Left", "relieving_date": "2099-12-31"}
	frappe.db.set_value("Employee", people["Leaving"], leaving)
	frappe.db.set_value("Employee", people["Away"], "status", "Suspended")
	frappe.db.set_value("Employee", people["Waits"], "status", "Inactive")
	found = reconciliation.headcount(batch.name, {"department": team})
	rows = {row["user"]: row for row in found["rows"] if row["what"] == "Not expected"}
	unexpected = {users[name] for name in ("Stranger", "Elsewhere", "Left", "Leaving", "Away", "Waits")}
	assert set(rows) == unexpected
	assert (found["headcount"], found["present"], found["missing"], found["unexpected"]) == (2, 1, 1, 6)
	said = {name: rows[users[name]]["reason"] for name in names if users[name] in rows}
	assert said == {
		"Stranger": "No employee record has this account.",
		"Elsewhere": "Works here, but the filters leave them out.",
		"Left": "Has left.",
		"Leaving": f"Has left, or leaves, on {frappe.format('2099-12-31', 'Date')}.",
		"Away": "The employee is Suspended.",
		"Waits": "The employee is Inactive.",
	}
	assert rows[users["Elsewhere"]]["department"] == other
	report = run("Headcount vs Enrollment", {"batch": batch.name, "department": team, "what": "Missing"})
	assert {row["user"] for row in report["result"]} == {users["Withdrawn"]}
	assert [each["value"] for each in report["report_summary"]] == [2, 1, 1, 6]


def test_hr_hears_nothing_of_unexpected_people_whom_they_may_not_see():
	batch = make_batch()
	one, two, three = make_users(3)
	gone = make_employee(one)
	frappe.db.set_value("Employee", gone.name, "status", "Left")
	frappe.db.set_value(
		"Employee", make_employee(two, company=company("Northern Test Company")).name, "status", "Left"
	)
	enroll(batch, one, two, three)
	frappe.set_user(make_hr_user(company=company()))
	rows = reconciliation.headcount(batch.name, {})["rows"]
	assert [row["user"] for row in rows if row["what"] == "Not expected"] == [one]


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
