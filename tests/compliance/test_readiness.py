"""Training completed before the first day, by itself and in the report."""

from datetime import date

import pytest

import frappe
from frappe.desk.query_report import run
from frappe.utils import add_days, today

from smooth_lms.compliance import certificates, readiness
from smooth_lms.compliance.report.compliance_status import compliance_status
from smooth_lms.people import first_day
from smooth_lms.training import decisions
from tests.support.completions import certified_course, completed, learner
from tests.support.factories import company, make_user, unique
from tests.support.hr import make_hr_user


@pytest.mark.parametrize(
	("proof", "joined", "early"),
	[
		(date(2027, 1, 3), date(2027, 1, 4), True),
		(date(2027, 1, 4), date(2027, 1, 4), False),
		(date(2027, 1, 5), date(2027, 1, 4), False),
		(None, date(2027, 1, 4), None),
		(date(2027, 1, 3), None, None),
	],
)
def test_before_start(proof, joined, early):
	assert first_day.before_start(proof, joined) is early


def test_of_an_employee_and_in_the_report():
	user, employee = learner(date_of_joining=add_days(today(), 10))
	late_user, late = learner(date_of_joining=add_days(today(), -10))
	course = certified_course(validity_days=20)
	for each in (user, late_user):
		certificates.issue(completed(each, course.name))
	kind = frappe.db.get_value("Employee Compliance", {"employee": employee}, "compliance_type")
	rows = compliance_status.execute({"compliance_type": kind})[1]
	assert {row.employee: row.before_start for row in rows} == {employee: "Yes", late: "No"}
	assert {row.days_left for row in rows} == {20}
	assert compliance_status.execute({"compliance_type": kind, "expires_within_days": 5})[1] == []
	frappe.set_user(make_user(roles=("HR User",)).name)
	assert len(compliance_status.execute({"compliance_type": kind})[1]) == 2


def test_of_a_void_proof_does_not_count():
	user, employee = learner(date_of_joining=add_days(today(), 10))
	certificate = certificates.issue(completed(user, certified_course().name))
	kind = frappe.db.get_value("Employee Compliance", {"employee": employee}, "compliance_type")
	certificates.revoke(certificate, "Copied answers")
	assert readiness.first_proofs([employee], [kind]) == {}


@pytest.fixture
def standing():
	"""Two types: of the first somebody has a proof, one that ran out and a void one, of the second one person has one."""
	users = [learner()[0] for _ in range(4)]
	two, one = certified_course(validity_days=20), certified_course()
	given = [certificates.issue(completed(user, two.name)) for user in users[:2]]
	certificates.issue(completed(users[2], two.name, days_ago=30))
	certificates.issue(completed(users[3], one.name))
	certificates.revoke(given[1], "Copied answers")
	return frappe._dict(two=two.title, one=one.title)


def test_the_chart_shows_for_each_type_how_many_have_which_status(standing):
	rows = [
		row
		for row in compliance_status.execute({"all_rows": 1})[1]
		if row.compliance_type in (standing.two, standing.one)
	]
	shown = compliance_status.chart(rows)
	assert shown["data"]["labels"] == [standing.two, standing.one]
	series = {each["name"]: each["values"] for each in shown["data"]["datasets"]}
	assert series == {"Complete": [1, 1], "Expired": [1, 0], "Non-Compliant": [1, 0]}
	assert len(shown["colors"]) == len(set(shown["colors"])) == 3
	assert compliance_status.chart([]) is None


def test_the_chart_shows_the_types_with_most_rows():
	rows = [
		frappe._dict(compliance_type=f"Type {number:02}", status="Complete")
		for number in range(20)
		for _ in range(number + 1)
	]
	labels = compliance_status.chart(rows)["data"]["labels"]
	assert labels == [f"Type {number:02}" for number in range(19, 7, -1)]


@pytest.mark.parametrize("roles", [("Moderator",), ("HR User",), ("HR Manager",), ("System Manager",)])
def test_everybody_whom_the_report_is_for_can_open_it(standing, roles):
	frappe.set_user(make_user(roles=roles).name)
	found = run("Compliance Status", filters={"compliance_type": standing.two})
	assert sorted(row["status"] for row in found["result"]) == ["Complete", "Expired", "Non-Compliant"]
	assert [each["value"] for each in found["report_summary"]] == [3, 1, 1, 2, 0]
	assert found["chart"]["data"]["labels"] == [standing.two]


def mandatory_type(*courses: str) -> str:
	kind = unique("Fire safety")
	frappe.get_doc(
		{
			"doctype": "Compliance Type",
			"compliance_type": kind,
			"mandatory": 1,
			"enabled": 1,
			"courses": [{"course": course} for course in courses],
		}
	).insert()
	return kind


def lacking(kind: str, **filters) -> set[str]:
	rows = compliance_status.execute({"compliance_type": kind, **filters})[1]
	return {row.employee for row in rows if row.status == "Missing"}


def test_a_mandatory_proof_that_is_missing_is_a_row():
	course = certified_course()
	kind = mandatory_type(course.name)
	(user, proved), (_, lacks), (_, gone) = learner(), learner(), learner()
	certificates.issue(completed(user, course.name))
	frappe.db.set_value("Employee", gone, "status", "Left")
	found = lacking(kind)
	assert lacks in found
	assert not found & {proved, gone}
	*_, chart, numbers = compliance_status.execute({"compliance_type": kind})
	assert numbers[-1]["value"] == len(found)
	assert {each["name"] for each in chart["data"]["datasets"]} == {"Complete", "Missing"}
	assert lacks in lacking(kind, status="Missing")
	assert lacking(kind, status="Complete") == lacking(kind, expires_within_days=30) == set()
	assert lacking(kind, company=unique("Nowhere")) == set()
	frappe.db.set_value("Compliance Type", kind, "enabled", 0)
	assert lacking(kind) == set()


def test_where_its_courses_are_assigned_a_proof_is_missing_only_of_whom_they_are_assigned_to():
	course = certified_course()
	kind = mandatory_type(course.name)
	(user, assigned), _other, (waived_user, _waived) = learner(), learner(), learner()
	names = decisions.assign_course(course.name, [user, waived_user], "2099-01-01")["assigned"]
	assert len(names) == 2
	frappe.db.set_value("LMS Training Assignment", {"member": waived_user}, "status", "Waived")
	assert lacking(kind) == {assigned}


def test_hr_hears_nothing_of_missing_proofs_of_people_whom_they_may_not_see():
	kind = mandatory_type()
	_user, near = learner()
	_user, far = learner(company=company("Northern Test Company"))
	assert {near, far} <= lacking(kind)
	frappe.set_user(make_hr_user(company=company()))
	assert near in lacking(kind)
	assert far not in lacking(kind)
