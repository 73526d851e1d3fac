"""The reports about training: the numbers, who sees whose, and how quick they are for a large company."""

from datetime import timedelta

import pytest

import frappe
from frappe.desk.query_report import run
from frappe.utils import add_days, getdate, today

from benchmarks.measure import seconds
from smooth_lms.api import training as api
from smooth_lms.base.rows import insert_rows
from smooth_lms.courses import licences
from smooth_lms.training import decisions
from smooth_lms.training.assignments import review_list
from smooth_lms.training.figures import base
from smooth_lms.training.figures.before_start import before_start
from smooth_lms.training.figures.compliance import column_name, compliance
from smooth_lms.training.figures.licence_use import licence_use
from smooth_lms.training.figures.overdue import overdue
from smooth_lms.training.figures.recertification import recertification
from tests.support import factories, hr
from tests.support.training import DOCTYPE, activated, assign_to, complete, rows_of

PEOPLE = 20_000
REQUIREMENTS = 5
STATEMENTS = 12
REPORTS = (
	"Training Compliance",
	"Overdue Training",
	"Training before Start Date",
	"Recertification Due",
	"Licence Use",
)


@pytest.fixture
def team():
	"""Three people of a department and a requirement with two courses: one done, one overdue, one with time."""
	department = factories.make_department()
	done, late, waiting = users = factories.make_workforce(3, department=department)
	doc = activated(courses=2, audience=[("Include", "Department", department)], recurrence_months=12)
	assign_to(doc, users)
	for row in rows_of(done):
		complete(done, row.course)
	make_late(rows_of(late)[0].name, days=9)
	return frappe._dict(doc=doc, department=department, done=done, late=late, waiting=waiting, users=users)


def make_late(name, days):
	frappe.db.set_value(DOCTYPE, name, {"due_date": add_days(today(), -days), "status": "Overdue"})


class TestCompliance:
	def test_shows_each_person_with_each_requirement(self, team):
		found = compliance({"department": team.department})
		rows = {row["member"]: row for row in found.rows}
		cell = column_name(team.doc.name)
		assert list(found.columns.values()) == [team.doc.title]
		assert found.rows[0]["member"] == team.late
		day = frappe.utils.formatdate(add_days(today(), -9))
		assert rows[team.late][cell] == f"Overdue since {day} (0 of 2 done)"
		assert rows[team.done][cell] == "Done"
		assert rows[team.waiting][cell].startswith("Due ")
		numbers = {
			user: [row[key] for key in ("required", "done", "open", "overdue", "rate")]
			for user, row in rows.items()
		}
		assert numbers == {
			team.done: [2, 2, 0, 0, 100],
			team.late: [2, 0, 1, 1, 0],
			team.waiting: [2, 0, 2, 0, 0],
		}
		assert found.people == {"done": 1, "overdue": 1, "waiting": 1}
		assert found.by_key[team.doc.name] == {"done": 1, "overdue": 1, "waiting": 1}
		assert found.assignments == {"total": 6, "done": 2, "overdue": 1}

	@pytest.mark.parametrize("state", ["done", "overdue", "waiting"])
	def test_can_be_filtered_by_how_far_people_are(self, team, state):
		found = compliance({"department": team.department, "state": state})
		who = {"done": team.done, "overdue": team.late, "waiting": team.waiting}[state]
		assert [row["member"] for row in found.rows] == [who]
		assert sum(found.by_key[team.doc.name].values()) == 1

	def test_a_renewal_that_is_open_still_counts_as_done(self, team):
		name = rows_of(team.waiting)[0].name
		before = compliance({"department": team.department}).assignments["done"]
		frappe.db.set_value(DOCTYPE, name, "renews", add_days(today(), -300))
		found = compliance({"department": team.department})
		assert found.assignments["done"] == before + 1
		make_late(name, 1)
		assert compliance({"department": team.department}).assignments["done"] == before

	def test_what_was_taken_back_does_not_count(self, team):
		decisions.cancel([row.name for row in rows_of(team.waiting)], "Moved")
		assert team.waiting not in {row["member"] for row in compliance({"department": team.department}).rows}

	def test_single_assignments_have_a_column_of_their_own(self, team):
		frappe.get_doc(
			{
				"doctype": DOCTYPE,
				"member": team.done,
				"course": factories.make_course().name,
				"due_date": add_days(today(), 5),
				"status": "Pending",
			}
		).insert()
		row = next(
			row for row in compliance({"department": team.department}).rows if row["member"] == team.done
		)
		assert row[column_name(base.SINGLE)].startswith("Due ")
		assert (row["required"], row["done"]) == (3, 2)
		only = compliance({"department": team.department, "requirement": base.SINGLE})
		assert [row["member"] for row in only.rows] == [team.done]

	def test_who_has_left_is_shown_on_demand(self, team):
		frappe.db.set_value("Employee", {"user_id": team.done}, "status", "Left")
		assert team.done not in {row["member"] for row in compliance({"department": team.department}).rows}
		everybody = compliance({"department": team.department, "with_left": 1})
		assert team.done in {row["member"] for row in everybody.rows}


def test_overdue_says_since_when_and_by_whom(team):
	boss = factories.make_employee(factories.make_user().name, first_name="Berta")
	frappe.db.set_value("Employee", {"user_id": team.late}, "reports_to", boss.name)
	(row,) = overdue({"department": team.department})
	assert (row["member"], row["days_overdue"], row["requirement"]) == (team.late, 9, team.doc.title)
	assert row["manager_name"] == boss.employee_name
	assert overdue({"department": team.department, "days_overdue": 10}) == []
	assert len(overdue({"manager": boss.name})) == 1


def test_a_manager_filter_reaches_the_teams_below(team):
	top, middle = (factories.make_employee() for _ in range(2))
	middle.db_set("reports_to", top.name)
	frappe.db.set_value("Employee", {"user_id": team.late}, "reports_to", middle.name)
	user = factories.make_user().name
	middle.db_set("user_id", user)
	assert overdue({"manager": top.name}) == []
	assert [row["member"] for row in overdue({"manager": top.name, "whole_team": 1})] == [team.late]


def test_training_is_held_against_the_first_day(team):
	frappe.db.set_value("Employee", {"user_id": team.done}, "date_of_joining", add_days(today(), 1))
	frappe.db.set_value("Employee", {"user_id": team.waiting}, "date_of_joining", add_days(today(), 10))

	def states(**filters):
		return {
			(row["member"], row["state"]) for row in before_start({"department": team.department, **filters})
		}

	assert states() == {(team.done, "before"), (team.late, "missing"), (team.waiting, "time_left")}
	frappe.db.set_value("Employee", {"user_id": team.done}, "date_of_joining", today())
	# the first day itself is not before it
	assert (team.done, "after") in states()
	assert states(joined_from=add_days(today(), 5)) == {(team.waiting, "time_left")}
	assert states(state="missing") == {(team.late, "missing")}


def test_recertification_comes_by_the_rule(team):
	rows = recertification({"department": team.department})
	assert {row["member"] for row in rows} == {team.done}
	year = frappe.utils.add_months(today(), 12)
	assert {row["due_date"] for row in rows} == {getdate(year)}
	assert {row["state"] for row in rows} == {"later"}
	assert recertification({"department": team.department, "within_days": 90}) == []
	# the renewal is open: the assignment itself says when
	name = rows_of(team.late)[1].name
	due = getdate(add_days(today(), 12))
	frappe.db.set_value(DOCTYPE, name, {"renews": add_days(today(), -350), "due_date": due})
	(row,) = recertification({"department": team.department, "within_days": 90})
	assert (row["member"], row["state"], row["due_date"], row["days_left"]) == (team.late, "open", due, 12)
	assert row["completed_on"] == getdate(add_days(today(), -350))


def test_mandatory_courses_come_again_by_their_validity():
	course = factories.make_course(is_mandatory=1, validity_days=400).name
	user = factories.make_workforce(1)[0]
	frappe.get_doc(
		{
			"doctype": DOCTYPE,
			"member": user,
			"course": course,
			"status": "Completed",
			"completed_on": today(),
			"due_date": today(),
		}
	).insert()
	from smooth_lms.training.assignments.assign import assign_for
	from smooth_lms.training.requirement.rules import MANDATORY

	assign_for([user], [MANDATORY])
	rows = [row for row in recertification({"course": course}) if row["member"] == user]
	assert [row["due_date"] for row in rows] == [getdate(today()) + timedelta(days=400)]


def test_licences_are_counted_three_ways():
	course = factories.make_course(licence_count=4)
	users = factories.make_workforce(3)
	doc = activated(courses=[course.name], audience=[("Include", "Department", factories.make_department())])
	frappe.db.set_value("Employee", {"user_id": ["in", users]}, "department", doc.audience[0].value)
	assign_to(doc, users)
	complete(users[0], course.name)
	reviews_of = {
		"doctype": review_list.DOCTYPE,
		"member": users[1],
		"course": course.name,
		"kind": review_list.NO_LICENCE,
		"state": "Open",
	}
	frappe.get_doc(reviews_of).insert(ignore_permissions=True)
	(row,) = licence_use({"course": course.name})
	assert [
		row[key] for key in ("bought", "in_use", "assigned", "used", "free", "percent", "waiting", "differs")
	] == [4, 3, 2, 1, 1, 75, 1, 0]
	decisions.cancel([rows_of(users[2])[0].name], "Not needed")
	(row,) = licence_use({"course": course.name})
	assert (row["in_use"], row["free"], row["returned"]) == (2, 2, 1)
	assert licence_use({"course": course.name, "percent": 75}) == []
	frappe.db.set_value("LMS Course", course.name, "licences_in_use", 3)
	assert licence_use({"course": course.name})[0]["differs"] == 1
	assert licences.TAKEN


class TestWhoSeesWhom:
	def test_hr_sees_the_employees_they_may_see(self, team):
		other = factories.company("Other Test Company")
		(elsewhere,) = factories.make_workforce(1, company=other, department=team.department)
		assign_to(team.doc, [elsewhere])
		everybody, limited = hr.make_hr_user(), hr.make_hr_user(other)
		frappe.set_user(everybody)
		seen = {row["member"] for row in compliance({"department": team.department}).rows}
		assert seen == {*team.users, elsewhere}
		frappe.set_user(limited)
		assert {row["member"] for row in compliance({}).rows} == {elsewhere}
		assert overdue({}) == []
		assert {each["value"] for each in api.get_report_choices()["company"]} == {other}
		assert sum(api.get_overdue_by_department()["datasets"][0]["values"]) == 0

	def test_managers_see_everybody_below_them(self, team):
		boss = factories.make_user(roles=("LMS Student", "LMS Team Viewer")).name
		top = factories.make_employee(boss)
		middle = factories.make_employee(factories.make_user().name, reports_to=top.name)
		frappe.db.set_value("Employee", {"user_id": team.late}, "reports_to", middle.name)
		frappe.set_user(boss)
		for report in REPORTS[:4]:
			rows = run(report, filters={})["result"]
			assert {row["member"] for row in rows} <= {team.late}
		assert {row["member"] for row in run("Overdue Training", filters={})["result"]} == {team.late}
		with pytest.raises(frappe.PermissionError):
			run("Licence Use", filters={})
		listed = frappe.get_list(DOCTYPE, pluck="member", limit=0)
		assert set(listed) == {team.late}

	@pytest.mark.parametrize("report", REPORTS)
	def test_learners_see_no_report(self, team, report):
		frappe.set_user(factories.make_user().name)
		with pytest.raises(frappe.PermissionError):
			run(report, filters={})

	@pytest.mark.parametrize("report", REPORTS)
	@pytest.mark.parametrize("role", ["Moderator", "HR User"])
	def test_reports_run_as_the_desk_runs_them(self, team, report, role):
		factories.make_course(licence_count=3)
		frappe.set_user(factories.make_user(roles=(role,)).name)
		found = run(report, filters={})
		assert found["result"]
		assert found["chart"]["data"]["labels"]
		assert found["report_summary"]
		names = {column["fieldname"] for column in found["columns"]}
		assert all(names & row.keys() for row in found["result"])


@pytest.fixture
def company():
	"""PEOPLE with REQUIREMENTS each, in 40 departments; every fourth row done, every tenth overdue."""
	departments = [factories.make_department() for _ in range(40)]
	users = factories.make_workforce(PEOPLE)
	for number, department in enumerate(departments):
		part = users[number :: len(departments)]
		frappe.db.set_value("Employee", {"user_id": ["in", part]}, "department", department)
	return users


def seed(users, requirements=REQUIREMENTS):
	"""Assignments of these people, written straight into the table."""
	docs = [activated(recurrence_months=12) for _ in range(requirements)]
	day = getdate(today())
	fields = (
		"member",
		"member_name",
		"course",
		"course_root",
		"requirement",
		"rule_key",
		"status",
		"due_date",
		"rule_due",
		"cycle",
		"assigned_on",
		"completed_on",
		"review_on",
		"open_mark",
		"current_mark",
		"source",
	)
	rows = []
	for number, doc in enumerate(docs):
		course = doc.courses[0].course
		for index, user in enumerate(users):
			done, late = (index + number) % 4 == 0, (index + number) % 10 == 1
			due = day + timedelta(days=-5 if late else 20)
			status = "Completed" if done else "Overdue" if late else "Pending"
			rows.append(
				(
					user,
					user,
					course,
					course,
					doc.name,
					doc.name,
					status,
					due,
					due,
					1,
					day,
					day if done else None,
					day + timedelta(days=335) if done else None,
					None if done else "1",
					"1",
					"Requirement",
				)
			)
	insert_rows(DOCTYPE, fields, rows)
	return docs


ALL = {
	"compliance": lambda: compliance({}).rows,
	"overdue": lambda: overdue({}),
	"before_start": lambda: before_start({}),
	"recertification": lambda: recertification({}),
	"licences": lambda: licence_use({}),
	"choices": lambda: base.choices(),
	"departments": lambda: api.get_overdue_by_department(),
	"completion": lambda: api.get_completion_card(),
}


@pytest.mark.parametrize("role", ["Moderator", "HR User"])
def test_the_number_of_statements_does_not_grow(statements, role):
	reader = factories.make_user(roles=(role,)).name
	counts = []
	for number in (5, 400):
		seed(factories.make_workforce(number), requirements=2)
		frappe.set_user(reader)
		[each() for each in ALL.values()]  # permissions and settings are read once
		counts.append({})
		for name, report in ALL.items():
			with statements() as sent:
				report()
			counts[-1][name] = sent.total
		frappe.set_user("Administrator")
	assert counts[0] == counts[1]
	assert max(counts[0].values()) <= STATEMENTS


@pytest.mark.full
def test_reports_are_right_for_a_large_company(company):
	docs = seed(company)
	keys = {doc.name for doc in docs}
	taken = {name: seconds(report) for name, report in ALL.items()}
	print({name: round(spent, 2) for name, spent in taken.items()})
	found = compliance({})
	done = sum((index + number) % 4 == 0 for number in range(REQUIREMENTS) for index in range(PEOPLE))
	late = sum(
		(index + number) % 10 == 1 and (index + number) % 4 != 0
		for number in range(REQUIREMENTS)
		for index in range(PEOPLE)
	)
	people = set(company)
	of_company = [row for row in found.rows if row["member"] in people]
	assert len(of_company) == PEOPLE
	assert sum(row["done"] for row in of_company) == done
	assert sum(row["overdue"] for row in of_company) == late
	assert sum(sum(found.by_key[key].values()) for key in keys) == PEOPLE * REQUIREMENTS
	titles = {doc.title for doc in docs}
	assert sum(row["requirement"] in titles for row in overdue({})) == late
	assert sum(row["requirement"] in titles for row in recertification({})) == done
	assert sum(row["member"] in people for row in before_start({})) == PEOPLE * REQUIREMENTS
