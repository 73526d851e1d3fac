"""Progress: one row for each lesson, the course's derived from them, completion once."""

import threading

import pytest

import frappe

from smooth_lms.courses import completion, enrollment, progress
from tests.support.factories import make_course, make_lesson, make_users


@pytest.fixture
def learner():
	"""(enrollment, lessons) of somebody in a course with three lessons."""
	course = make_course(lessons=3)
	(member,) = make_users(1)
	enrollment.enroll({member: "Learner"}, [course.name])
	name = frappe.db.get_value("LMS Enrollment", {"member": member, "course": course.name}, "name")
	lessons = frappe.get_all("Course Lesson", {"course": course.name}, pluck="name", order_by="position")
	return name, lessons


def state(name: str):
	fields = ["status", "progress", "started_on", "completed_on", "current_lesson"]
	return frappe.db.get_value("LMS Enrollment", name, fields, as_dict=True)


@pytest.mark.parametrize(
	("required", "done", "expected"),
	[
		({"a", "b", "c"}, set(), ("In Progress", 0)),
		({"a", "b", "c"}, {"a"}, ("In Progress", 33)),
		({"a", "b", "c"}, {"a", "b", "x"}, ("In Progress", 67)),
		({"a", "b", "c"}, {"a", "b", "c"}, ("Completed", 100)),
		({str(n) for n in range(400)}, {str(n) for n in range(399)}, ("In Progress", 99)),
		(set(), {"a"}, ("In Progress", 0)),
	],
)
def test_derivation(required, done, expected):
	assert progress.derive(required, done) == expected


def test_a_course_goes_from_not_started_to_completed(learner):
	name, (first, second, third) = learner
	assert state(name).status == "Not Started"
	progress.record(name, first, position="12", seconds=30)
	assert (state(name).status, state(name).progress, state(name).current_lesson) == (
		"In Progress",
		0,
		first,
	)
	assert progress.record(name, first, completed=True).progress == 33
	assert progress.record(name, second, completed=True).progress == 67
	last = progress.record(name, third, completed=True)
	assert (last.status, last.progress, last.course_just_completed) == ("Completed", 100, True)
	assert state(name).completed_on
	history = frappe.get_all("Version", {"docname": name}, pluck="data")
	assert any('"Completed"' in row for row in history)


def test_a_lesson_has_one_row_and_keeps_what_was_reached(learner):
	name, (first, _second, _third) = learner
	progress.record(name, first, completed=True, position="90", seconds=60)
	progress.record(name, first, position=None, seconds=10_000)
	rows = frappe.get_all(
		"LMS Course Progress", {"enrollment": name}, ["lesson", "status", "position", "seconds"]
	)
	assert [(row.lesson, row.status, row.position, row.seconds) for row in rows] == [
		(first, "Completed", "90", 60 + progress.LONGEST_STEP)
	]


def test_optional_lessons_do_not_count(learner):
	name, (first, second, third) = learner
	frappe.db.set_value("Course Lesson", third, "required", 0)
	progress.record(name, first, completed=True)
	assert progress.record(name, second, completed=True).status == "Completed"


def test_a_lesson_added_later_takes_no_completion_away(learner):
	name, lessons = learner
	for lesson in lessons:
		progress.record(name, lesson, completed=True)
	course = frappe.db.get_value("LMS Enrollment", name, "course")
	added = make_lesson(course)
	again = progress.record(name, added.name)
	assert (again.status, again.progress, again.course_just_completed) == ("Completed", 100, False)


def test_completion_is_told_once(learner, monkeypatch):
	name, lessons = learner
	told = []
	monkeypatch.setattr(completion, "completed", told.append)
	for _round in range(2):
		for lesson in lessons:
			progress.record(name, lesson, completed=True)
	assert told == [name]


def test_what_follows_a_completion_cannot_take_it_away(learner, monkeypatch):
	name, lessons = learner
	hooks = frappe.get_hooks

	def with_followers(hook=None, *args, **kwargs):
		found = hooks(hook, *args, **kwargs)
		return ["tests.courses.test_progress.fails"] if hook == completion.HOOK else found

	monkeypatch.setattr(frappe, "get_hooks", with_followers)
	for lesson in lessons:
		progress.record(name, lesson, completed=True)
	assert state(name).status == "Completed"
	assert not frappe.db.exists("ToDo", {"reference_name": name})
	assert frappe.db.exists("Error Log", {"reference_name": name})


def fails(name: str) -> None:
	todo = {"doctype": "ToDo", "description": "x", "reference_type": "LMS Enrollment", "reference_name": name}
	frappe.get_doc(todo).insert()
	raise RuntimeError("broken follower")


def test_lessons_completed_at_the_same_moment_complete_the_course_once(learner):
	name, lessons = learner
	frappe.db.commit()
	site, results, barrier = frappe.local.site, [], threading.Barrier(len(lessons))

	def work(lesson: str) -> None:
		frappe.init(site=site, sites_path=".", force=True)
		frappe.connect()
		try:
			frappe.db.get_value("LMS Enrollment", name, "status")  # a snapshot from before
			barrier.wait()
			results.append(progress.record(name, lesson, completed=True).course_just_completed)
			frappe.db.commit()
		finally:
			frappe.destroy()

	threads = [threading.Thread(target=work, args=(lesson,)) for lesson in lessons]
	for thread in threads:
		thread.start()
	for thread in threads:
		thread.join()
	frappe.db.rollback()
	assert sorted(results) == [False, False, True]
	assert (state(name).status, state(name).progress) == ("Completed", 100)


def test_history_is_kept(learner):
	from smooth_lms.exceptions import HistoryError

	name, (first, *_rest) = learner
	progress.record(name, first)
	row = frappe.get_all("LMS Course Progress", {"enrollment": name}, pluck="name")[0]
	for doctype, doc in (
		("LMS Course Progress", row),
		("LMS Enrollment", name),
		("Course Lesson", first),
	):
		with pytest.raises(HistoryError):
			frappe.delete_doc(doctype, doc)
