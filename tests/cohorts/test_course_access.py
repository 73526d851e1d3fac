"""Cohorts and the courses they open, checked against each other."""

import pytest

import frappe
from frappe.desk import query_report

from smooth_lms.api import courses as api
from smooth_lms.cohorts import course_access, enrollment, withdrawal
from smooth_lms.cohorts.report.cohort_progress import cohort_progress
from smooth_lms.cohorts.report.course_access_gaps import course_access_gaps
from smooth_lms.courses import progress
from tests.support.factories import make_batch, make_user, make_users


@pytest.fixture
def batch():
	made = make_batch(courses=2)
	made.people = make_users(3)
	enrollment.enroll_many(made.name, made.people, source="Desk")
	return made


def lose(batch, member: str, **values) -> str:
	course = batch.courses[0].course
	row = {"member": member, "course": course}
	if values:
		frappe.db.set_value("LMS Enrollment", row, values)
	else:
		frappe.db.delete("LMS Enrollment", row)
	return course


def test_who_has_all_courses_is_no_gap(batch):
	assert course_access.gaps(batch.name) == []


def test_gaps_are_found_and_closed_once(batch):
	course = lose(batch, batch.people[0])
	lose(batch, batch.people[1], withdrawn_on="2026-01-01 00:00:00")
	withdrawal.withdraw(batch.name, batch.people[2], reason="left")
	_columns, rows, message = course_access_gaps.execute({"batch": batch.name})
	assert {(row.member, row.course) for row in rows} == {
		(batch.people[0], course),
		(batch.people[1], course),
	}
	assert api.repair_access(batch.name) == {"closed": 2}
	assert message is None
	assert course_access_gaps.execute({"batch": batch.name})[1:] == (
		[],
		"Everybody with a seat can open all courses of their cohort.",
	)
	assert api.repair_access(batch.name) == {"closed": 0}


def test_only_moderators_repair(batch):
	for role in ("LMS Student", "Course Creator", "HR User", "Batch Evaluator"):
		frappe.set_user(make_user(roles=(role,)).name)
		if role != "HR User":
			with pytest.raises(frappe.PermissionError):
				query_report.run("Course Access Gaps", filters={})
		with pytest.raises(frappe.PermissionError):
			api.repair_access(batch.name)


def test_progress_is_the_mean_over_the_courses(batch):
	member, course = batch.people[0], batch.courses[0].course
	name = frappe.db.get_value("LMS Enrollment", {"member": member, "course": course}, "name")
	for lesson in frappe.get_all("Course Lesson", {"course": course}, pluck="name"):
		progress.record(name, lesson, completed=True)
	_columns, rows, *_rest = cohort_progress.execute({"batch": batch.name})
	assert len(rows) == 3
	own = next(row for row in rows if row.member == member)
	assert (own.progress, own.courses_completed, own.courses) == (50, 1, 2)
	assert own.last_activity
	assert {row.progress for row in rows if row.member != member} == {0}


def test_an_evaluator_of_another_cohort_sees_no_progress(batch):
	frappe.set_user(make_user(roles=("Batch Evaluator",)).name)
	with pytest.raises(frappe.PermissionError):
		cohort_progress.execute({"batch": batch.name})
