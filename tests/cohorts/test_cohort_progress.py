"""The report on how far a cohort is."""

import pytest

import frappe

from smooth_lms.cohorts import enrollment
from smooth_lms.cohorts.report.cohort_progress import cohort_progress
from smooth_lms.courses import progress
from tests.support.factories import make_batch, make_course, make_user, make_users


@pytest.fixture
def cohort():
	"""(batch, one who has completed, one who has begun, one who has not)"""
	course = make_course(lessons=2).name
	batch = make_batch(courses=[course]).name
	people = make_users(3)
	enrollment.enroll_many(batch, people, source="Desk")
	lessons = frappe.get_all("Course Lesson", {"course": course}, pluck="name")
	for person, number in zip(people, (2, 1), strict=False):
		name = frappe.db.get_value("LMS Enrollment", {"member": person, "course": course})
		for lesson in lessons[:number]:
			progress.record(name, lesson, completed=True)
	return batch, *people


def test_says_where_everybody_stands(cohort):
	batch, done, begun, fresh = cohort
	_columns, rows, _message, chart, summary = cohort_progress.execute({"batch": batch})
	found = {row.member: (row.standing, row.progress) for row in rows}
	assert found == {done: ("Completed", 100), begun: ("In Progress", 50), fresh: ("Not Started", 0)}
	assert chart["data"]["datasets"][0]["values"] == [1, 1, 1]
	assert [each["value"] for each in summary] == [3, 1, 1, 50]


def test_can_be_narrowed_without_changing_the_numbers(cohort):
	batch, _done, begun, _fresh = cohort
	asked = {"batch": batch, "standing": "In Progress"}
	_columns, rows, _message, _chart, summary = cohort_progress.execute(asked)
	assert [row.member for row in rows] == [begun]
	assert summary[0]["value"] == 3


def test_is_for_who_may_see_the_cohort_and_as_much_of_it(cohort):
	batch = cohort[0]
	frappe.set_user(make_user(roles=("Batch Evaluator",)).name)
	with pytest.raises(frappe.PermissionError):
		cohort_progress.execute({"batch": batch})
	frappe.set_user("Administrator")
	teacher = make_user(roles=("Batch Evaluator",)).name
	doc = frappe.get_doc("LMS Batch", batch)
	doc.append("instructors", {"instructor": teacher})
	doc.save()
	frappe.set_user(teacher)
	assert len(cohort_progress.execute({"batch": batch})[1]) == 3


def test_takes_a_fixed_number_of_queries(cohort, statements):
	batch = cohort[0]
	counts = []
	for _ in range(2):
		cohort_progress.execute({"batch": batch})
		with statements() as sent:
			cohort_progress.execute({"batch": batch})
		counts.append(sent.total)
		enrollment.enroll_many(batch, make_users(40), source="Desk")
	assert counts[0] == counts[1]
