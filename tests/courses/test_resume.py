"""Going on where one stopped, as the course's page offers it."""

import pytest

import frappe

from smooth_lms.courses import access, catalog, enrollment, progress
from tests.support.factories import make_course, make_lesson, make_users


@pytest.fixture
def taken():
	"""Somebody in a course of three lessons. Returns (user, course, lessons, enrollment)."""
	course = make_course(lessons=0).name
	lessons = [make_lesson(course).name for _each in range(3)]
	(user,) = make_users(1)
	enrollment.enroll({user: "Learner"}, [course])
	return user, course, lessons, access.open_enrollment(user, course).name


def test_begins_with_the_first_lesson(taken):
	user, course, lessons, _name = taken
	assert catalog.course(course, user)["resume"] == lessons[0]


def test_opens_the_lesson_that_was_left_and_its_place(taken):
	user, course, lessons, name = taken
	progress.record(name, lessons[1], position="83", seconds=20)
	assert catalog.course(course, user)["resume"] == lessons[1]
	shown = catalog.lesson(access.lesson_access(lessons[1], user))
	assert (shown["position"], shown["spent"], shown["status"]) == ("83", 20, "In Progress")


def test_goes_on_with_the_next_that_is_not_done_and_comes_back_for_those_left_out(taken):
	user, course, lessons, name = taken
	progress.record(name, lessons[1], completed=True)
	assert catalog.course(course, user)["resume"] == lessons[2]
	progress.record(name, lessons[2], completed=True)
	assert catalog.course(course, user)["resume"] == lessons[0]


def test_never_offers_a_lesson_that_is_locked(taken):
	user, course, lessons, name = taken
	progress.record(name, lessons[2], position="1")
	frappe.db.set_value("LMS Course", course, "lessons_in_order", 1)
	assert catalog.course(course, user)["resume"] == lessons[0]


def test_who_comes_back_after_access_had_ended_goes_on(taken):
	user, course, lessons, name = taken
	progress.record(name, lessons[0], completed=True)
	frappe.db.set_value("LMS Enrollment", name, "withdrawn_on", "2026-01-01 00:00:00")
	assert catalog.course(course, user)["resume"] is None
	assert enrollment.join(course, user) == name
	assert catalog.course(course, user)["resume"] == lessons[1]
