"""Leaving a course that somebody joined by themself, and what unpublishing one would mean."""

import pytest

import frappe
from frappe.utils import add_days, today

from smooth_lms.api import courses as api
from smooth_lms.cohorts import enrollment as cohort
from smooth_lms.exceptions import CourseClosedError, NotInCourseError
from smooth_lms.training import decisions
from tests.support.factories import make_batch, make_course, make_user


@pytest.fixture
def course() -> str:
	return make_course().name


@pytest.fixture
def learner() -> str:
	return make_user().name


def joined(course: str, learner: str) -> str:
	frappe.set_user(learner)
	return api.join(course)


def lesson_of(course: str) -> str:
	return frappe.db.get_value("Course Lesson", {"course": course})


def test_leaves_the_list_and_keeps_what_was_done(course, learner):
	name = joined(course, learner)
	api.save_progress(lesson_of(course))
	api.leave(course)
	row = frappe.db.get_value("LMS Enrollment", name, ["status", "withdrawn_on"], as_dict=True)
	assert row.status == "In Progress"
	assert row.withdrawn_on
	with pytest.raises(NotInCourseError):
		api.save_progress(lesson_of(course))
	assert joined(course, learner) == name
	assert api.get_course(course)["status"] == "In Progress"


def test_nobody_leaves_what_they_are_not_in(course, learner):
	frappe.set_user(learner)
	with pytest.raises(NotInCourseError):
		api.leave(course)


def test_nobody_leaves_what_is_completed(course, learner):
	joined(course, learner)
	for lesson in frappe.get_all("Course Lesson", {"course": course}, pluck="name"):
		api.finish_lesson(lesson)
	with pytest.raises(CourseClosedError, match="stays on your record"):
		api.leave(course)


def test_nobody_leaves_what_is_assigned(course, learner):
	joined(course, learner)
	frappe.set_user("Administrator")
	decisions.assign_course(course, [learner], add_days(today(), 9))
	frappe.set_user(learner)
	with pytest.raises(CourseClosedError, match="assigned to you"):
		api.leave(course)


def test_nobody_leaves_what_their_cohort_needs(course, learner):
	joined(course, learner)
	frappe.set_user("Administrator")
	batch = make_batch(courses=[course], title="Week <12>")
	cohort.enroll(batch.name, learner, source="Desk")
	frappe.set_user(learner)
	with pytest.raises(CourseClosedError, match="your cohort Week &lt;12>"):
		api.leave(course)
	frappe.set_user("Administrator")
	frappe.db.set_value("LMS Batch", batch.name, "end_date", add_days(today(), -1))
	frappe.set_user(learner)
	api.leave(course)


def test_what_unpublishing_would_mean(course, learner):
	joined(course, learner)
	frappe.set_user("Administrator")
	other = make_user().name
	decisions.assign_course(course, [other], add_days(today(), 9))
	batch = make_batch(courses=[course])
	assert api.get_unpublish_means(course) == {
		"learners": 2,
		"assigned": 1,
		"is_mandatory": False,
		"cohorts": [batch.title],
	}
