"""Lessons that are completed by coming to a live class of one's cohort."""

from datetime import timedelta

import pytest

import frappe

from smooth_lms.api import courses as api
from smooth_lms.cohorts import catalog, enrollment, live_classes
from smooth_lms.exceptions import LessonLockedError
from tests.support.factories import make_batch, make_course, make_lesson, make_user
from tests.support.marking import mark


class School:
	"""A course that is one live class, a cohort with it, and somebody in that cohort."""

	def __init__(self) -> None:
		self.course = make_course(lessons=0).name
		self.lesson = make_lesson(self.course, "Live Class").name
		self.batch = make_batch(courses=[self.course])
		self.live_class = self.make_class(self.batch)
		self.learner = self.seat()

	def make_class(self, batch, **values):
		doc = {
			"doctype": "LMS Live Class",
			"title": "Kick-off",
			"batch": batch.name,
			"lesson": self.lesson,
			"date": batch.start_date,
			"start_time": "10:00:00",
			"duration_minutes": 60,
			"join_url": "https://meet.example.com/abc",
			**values,
		}
		return frappe.get_doc(doc).insert()

	def seat(self) -> str:
		user = make_user().name
		enrollment.enroll(self.batch.name, user, source="Desk")
		return user

	def status(self, user: str | None = None) -> str:
		key = {"member": user or self.learner, "course": self.course}
		return frappe.db.get_value("LMS Enrollment", key, "status")


@pytest.fixture
def school() -> School:
	return School()


def test_joining_completes_it(school, monkeypatch):
	starts = live_classes.starts_at(school.live_class)
	monkeypatch.setattr(live_classes, "now_utc", lambda: starts + timedelta(minutes=1))
	live_classes.join(school.live_class.name, school.learner)
	assert school.status() == "Completed"


def test_whoever_is_marked_present_has_completed_it(school):
	absent, later = school.seat(), school.seat()
	marks = {school.learner: "Present", absent: "Absent", later: "Excused"}
	mark(school.live_class.name, marks)
	assert [school.status(user) for user in marks] == ["Completed", "Not Started", "Not Started"]
	mark(school.live_class.name, {later: "Present"})
	assert school.status(later) == "Completed"


def test_marking_by_the_form_counts_too(school):
	row = {"doctype": "LMS Live Class Attendance", "live_class": school.live_class.name}
	doc = frappe.get_doc({**row, "member": school.learner, "status": "Absent"}).insert()
	assert school.status() == "Not Started"
	doc.status = "Present"
	doc.save()
	assert school.status() == "Completed"


def test_what_was_completed_stays(school):
	mark(school.live_class.name, {school.learner: "Present"})
	mark(school.live_class.name, {school.learner: "Absent"})
	assert school.status() == "Completed"


def test_a_large_class_is_counted_by_a_job(school, monkeypatch):
	jobs = []
	monkeypatch.setattr(live_classes, "AT_ONCE", 1)
	monkeypatch.setattr(frappe, "enqueue", lambda method, **values: jobs.append((method, values)))
	monkeypatch.setattr(frappe.db, "commit", lambda: None)
	people = [school.learner, school.seat(), school.seat()]
	mark(school.live_class.name, dict.fromkeys(people, "Present"))
	((method, values),) = [job for job in jobs if "count_many" in job[0]]
	assert {school.status(user) for user in people} == {"Not Started"}
	values = {key: values[key] for key in ("lesson", "present")}
	for _ in range(2):
		frappe.get_attr(method)(**values)
	assert {school.status(user) for user in people} == {"Completed"}


def test_saying_done_is_not_being_there(school):
	frappe.set_user(school.learner)
	with pytest.raises(LessonLockedError, match="coming to its class"):
		api.finish_lesson(school.lesson)
	assert school.status() == "Not Started"


def test_a_class_of_another_cohort_or_none_completes_nothing(school):
	other = make_batch(courses=[school.course])
	mark(school.make_class(other).name, {school.learner: "Present"})
	mark(school.make_class(school.batch, lesson=None).name, {school.learner: "Present"})
	assert school.status() == "Not Started"


def test_learners_see_the_classes_of_their_own_cohort(school):
	school.make_class(make_batch(courses=[school.course]), title="Not mine")
	found = catalog.classes_of_lesson(school.lesson, school.learner)
	assert [each["title"] for each in found] == ["Kick-off"]
	assert "meet.example.com" not in str(found)


def test_the_lesson_has_to_be_of_the_right_kind_and_course(school):
	text = make_lesson(school.course).name
	with pytest.raises(frappe.ValidationError, match="kind Live Class"):
		school.make_class(school.batch, lesson=text)
	with pytest.raises(frappe.ValidationError, match="does not have this course"):
		school.make_class(make_batch())


def test_the_lesson_page_says_when_the_class_is(school, server):
	frappe.db.commit()
	session = server.session(school.learner)
	session.headers["Accept"] = "text/html"
	page = session.get(f"{server.url}/lms/courses/{school.course}/{school.lesson}")
	assert page.status_code == 200
	assert "Kick-off" in page.text
	assert "10:00–11:00" in page.text
	assert "Done, next lesson" not in page.text
	assert "meet.example.com" not in page.text
