"""A cohort is completed when it has ended and the last of its courses is done, once."""

import threading

import pytest

import frappe
from frappe.utils import add_days, today

from smooth_lms.base.rows import insert_rows
from smooth_lms.cohorts import catalog, completion, enrollment, withdrawal
from smooth_lms.courses import enrollment as course_enrollment
from smooth_lms.courses import progress
from tests.support.factories import make_batch, make_course, make_users


def lessons(course: str) -> list[str]:
	return frappe.get_all("Course Lesson", {"course": course}, pluck="name")


def finish(member: str, course: str) -> None:
	key = {"member": member, "course": course, "status": ["!=", "Completed"]}
	name = frappe.db.get_value("LMS Enrollment", key)
	for lesson in lessons(course):
		progress.record(name, lesson, completed=True)


def end(*batches) -> None:
	"""Let cohorts be over since yesterday."""
	for batch in batches:
		days = {"start_date": add_days(today(), -2), "end_date": add_days(today(), -1)}
		frappe.db.set_value("LMS Batch", batch.name, days)


def status(batch, member: str) -> str:
	return frappe.db.get_value("LMS Batch Enrollment", {"batch": batch.name, "member": member}, "status")


@pytest.fixture
def seat():
	batch = make_batch(courses=2, seat_count=1)
	(member,) = make_users(1)
	enrollment.enroll(batch.name, member, source="Desk")
	end(batch)
	return batch, member


def test_courses_done_early_complete_it_when_it_ends(monkeypatch):
	monkeypatch.setattr(frappe.db, "commit", lambda: None)
	batch = make_batch(courses=1)
	(member,) = make_users(1)
	enrollment.enroll(batch.name, member, source="Desk")
	finish(member, batch.courses[0].course)
	completion.complete_due()
	assert status(batch, member) == "Enrolled"
	assert catalog.cohort(batch.name, member)["state"]["label"] == "Courses done, classes ahead"
	assert [each["name"] for each in catalog.coming_up(member)["enrolled"]] == [batch.name]
	end(batch)
	completion.complete_due()
	assert status(batch, member) == "Completed"


@pytest.mark.parametrize(
	("mark", "expected"), [("Present", "Completed"), ("Excused", "Completed"), ("Absent", "Enrolled")]
)
def test_attendance_counts_where_it_was_taken(seat, mark, expected):
	batch, member = seat
	live = frappe.get_doc(
		{
			"doctype": "LMS Live Class",
			"title": "Kick-off",
			"batch": batch.name,
			"date": add_days(today(), -1),
			"start_time": "09:00:00",
		}
	)
	live.flags.ignore_validate = True
	live.insert()
	values = {"live_class": live.name, "batch": batch.name, "member": member, "status": mark}
	insert_rows("LMS Live Class Attendance", tuple(values), [tuple(values.values())])
	for row in batch.courses:
		finish(member, row.course)
	assert status(batch, member) == expected


def test_the_last_course_completes_it(seat):
	batch, member = seat
	one, two = (row.course for row in batch.courses)
	finish(member, one)
	assert status(batch, member) == "Enrolled"
	finish(member, two)
	assert status(batch, member) == "Completed"
	name = frappe.db.get_value("LMS Batch Enrollment", {"batch": batch.name, "member": member})
	history = frappe.get_all("Version", {"docname": name}, pluck="data")
	assert sum('"Completed"' in row for row in history) == 1


def test_the_seat_stays_taken(seat):
	batch, member = seat
	for row in batch.courses:
		finish(member, row.course)
	assert frappe.db.get_value("LMS Batch", batch.name, "seats_taken") == 1


def test_who_has_left_or_waits_does_not_complete_it(seat):
	batch, member = seat
	withdrawal.withdraw(batch.name, member, reason="x")
	course_enrollment.enroll({member: "L"}, [row.course for row in batch.courses])
	for row in batch.courses:
		finish(member, row.course)
	assert status(batch, member) == "Withdrawn"


def test_all_cohorts_with_the_course_are_completed(seat):
	batch, member = seat
	other = make_batch(courses=[batch.courses[0].course])
	enrollment.enroll(other.name, member, source="Desk")
	end(other)
	finish(member, batch.courses[0].course)
	assert (status(other, member), status(batch, member)) == ("Completed", "Enrolled")


def test_a_course_that_is_taken_again_counts_by_its_latest_attempt(seat):
	batch, member = seat
	one, two = (row.course for row in batch.courses)
	finish(member, one)
	course_enrollment.open_attempts([(member, "L", one, 2, "None")])
	finish(member, two)
	assert status(batch, member) == "Enrolled"
	finish(member, one)
	assert status(batch, member) == "Completed"


def test_the_hourly_look_finds_who_had_completed_all_before(monkeypatch):
	monkeypatch.setattr(frappe.db, "commit", lambda: None)
	monkeypatch.setattr(completion, "CHUNK", 1)
	course = make_course().name
	done, begun = make_users(2)
	course_enrollment.enroll({done: "D", begun: "B"}, [course])
	finish(done, course)
	dates = {"start_date": add_days(today(), -2), "end_date": add_days(today(), -1)}
	now = make_batch(courses=[course], **dates)
	later, empty = make_batch(courses=[course]), make_batch(courses=0, **dates)
	for batch in (now, later, empty):
		enrollment.enroll_many(batch.name, [done, begun], source="Desk", override_reason="late")
	assert completion.complete_due() >= 1
	assert (status(now, done), status(now, begun)) == ("Completed", "Enrolled")
	assert (status(later, done), status(empty, done)) == ("Enrolled", "Enrolled")
	assert completion.complete_due() == 0


def test_two_courses_at_the_same_moment_complete_it_once(seat):
	batch, member = seat
	frappe.db.commit()
	site, start = frappe.local.site, threading.Barrier(2)

	def work(course: str) -> None:
		frappe.init(site=site, sites_path=".")
		frappe.connect()
		frappe.db.get_value("LMS Enrollment", {"member": member})  # this thread's view of the data begins
		start.wait()
		for _ in range(4):
			try:
				finish(member, course)
				frappe.db.commit()
				break
			except frappe.QueryDeadlockError:
				frappe.db.rollback()
		frappe.destroy()

	threads = [threading.Thread(target=work, args=(row.course,)) for row in batch.courses]
	for thread in threads:
		thread.start()
	for thread in threads:
		thread.join()
	frappe.db.rollback()
	assert status(batch, member) == "Completed"
