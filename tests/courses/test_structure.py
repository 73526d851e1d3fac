"""Courses, chapters and lessons: who may write them, what a published course needs, order and prerequisites."""

import pytest

import frappe

from smooth_lms.courses import structure
from smooth_lms.exceptions import HistoryError
from tests.support.factories import make_batch, make_course, make_lesson, make_user, make_users, unique


@pytest.fixture
def author():
	return make_user(roles=("Course Creator",)).name


def draft(**values):
	return make_course(published=0, lessons=0, **values)


def test_a_published_course_has_content():
	course = draft()
	course.published = 1
	with pytest.raises(frappe.ValidationError, match="has content"):
		course.save()
	make_lesson(course.name)
	course.reload()
	course.published = 1
	course.save()
	assert course.published_on


def test_a_new_course_is_not_published_before_it_has_content():
	with pytest.raises(frappe.ValidationError, match="has content"):
		frappe.get_doc({"doctype": "LMS Course", "title": unique("Empty"), "published": 1}).insert()


def test_the_only_lesson_of_a_published_course_stays():
	course = make_course()
	lesson = frappe.get_all("Course Lesson", {"course": course.name}, pluck="name")[0]
	with pytest.raises(frappe.ValidationError, match="only lesson"):
		frappe.delete_doc("Course Lesson", lesson)
	make_lesson(course.name)
	frappe.delete_doc("Course Lesson", lesson)


def test_unpublishing_a_course_of_a_live_cohort_warns_and_goes_through():
	course = make_course()
	batch = make_batch(courses=[course.name])
	frappe.clear_messages()
	frappe.flags.mute_messages = False
	try:
		course.reload()
		course.published = 0
		course.save()
		said = str(frappe.get_message_log())
	finally:
		frappe.flags.mute_messages = True
	assert batch.title in said
	assert not frappe.db.get_value("LMS Course", course.name, "published")


def test_an_author_changes_own_courses_only(author):
	other = make_user(roles=("Course Creator",)).name
	frappe.set_user(author)
	course = frappe.get_doc({"doctype": "LMS Course", "title": unique("Mine")}).insert()
	assert [row.instructor for row in course.instructors] == [author]
	chapter = frappe.get_doc({"doctype": "Course Chapter", "title": "One", "course": course.name}).insert()
	lesson = frappe.get_doc(
		{"doctype": "Course Lesson", "title": "First", "chapter": chapter.name, "body": "<p>Text</p>"}
	).insert()
	frappe.set_user(other)
	for doctype, name in (
		("LMS Course", course.name),
		("Course Chapter", chapter.name),
		("Course Lesson", lesson.name),
	):
		doc = frappe.get_doc(doctype, name)
		doc.title = "Taken over"
		with pytest.raises(frappe.PermissionError):
			doc.save()
		with pytest.raises(frappe.PermissionError):
			doc.delete()
	assert not frappe.get_list("Course Lesson", filters={"name": lesson.name})
	assert not frappe.has_permission("Course Lesson", "read", doc=lesson.name)
	with pytest.raises(frappe.PermissionError):
		frappe.get_doc(
			{"doctype": "Course Lesson", "title": "Slipped in", "chapter": chapter.name, "body": "<p>x</p>"}
		).insert()


def test_an_author_moves_no_lesson_into_another_persons_course(author):
	foreign = draft()
	frappe.get_doc({"doctype": "Course Chapter", "title": "Foreign", "course": foreign.name}).insert()
	foreign_chapter = frappe.get_all("Course Chapter", {"course": foreign.name}, pluck="name")[0]
	frappe.set_user(author)
	course = frappe.get_doc({"doctype": "LMS Course", "title": unique("Mine")}).insert()
	chapter = frappe.get_doc({"doctype": "Course Chapter", "title": "One", "course": course.name}).insert()
	lesson = frappe.get_doc(
		{"doctype": "Course Lesson", "title": "First", "chapter": chapter.name, "body": "<p>Text</p>"}
	).insert()
	lesson.chapter = foreign_chapter
	with pytest.raises(frappe.PermissionError):
		lesson.save()


def test_an_instructor_who_did_not_make_the_course_may_change_it(author):
	course = draft(instructors=[{"instructor": author}])
	frappe.set_user(author)
	course = frappe.get_doc("LMS Course", course.name)
	course.short_introduction = "Changed"
	course.save()


@pytest.mark.parametrize("role", ["LMS Student", "Batch Evaluator", "HR User"])
def test_who_writes_no_courses_reads_no_lessons(role):
	course = make_course()
	lesson = frappe.get_all("Course Lesson", {"course": course.name}, pluck="name")[0]
	frappe.set_user(make_user(roles=(role,)).name)
	assert not frappe.has_permission("Course Lesson", "read", doc=lesson)
	with pytest.raises(frappe.PermissionError):
		frappe.get_list("Course Lesson")


def test_reordering_keeps_every_lesson_and_may_change_its_chapter():
	course = draft()
	first, second = make_lesson(course.name), make_lesson(course.name)
	chapter = frappe.get_doc({"doctype": "Course Chapter", "title": "Two", "course": course.name}).insert()
	order = [
		{"chapter": chapter.name, "lessons": [second.name]},
		{"chapter": first.chapter, "lessons": [first.name]},
	]
	structure.reorder(course.name, order)
	chapters = structure.outline(course.name)
	assert [each.name for each in chapters] == [chapter.name, first.chapter]
	assert [each.name for each in structure.lessons_in_order(chapters)] == [second.name, first.name]
	for wrong in (order[:1], [*order, order[0]], [{"chapter": first.chapter, "lessons": ["nothing"]}]):
		with pytest.raises(frappe.ValidationError, match="changed meanwhile"):
			structure.reorder(course.name, wrong)


def test_prerequisites_form_no_circle():
	first, second, third = make_course(), make_course(), make_course()
	for course, before in ((second, first), (third, second)):
		course.append("prerequisites", {"course": before.name})
		course.save()
	first.append("prerequisites", {"course": third.name})
	with pytest.raises(frappe.ValidationError, match="itself waits"):
		first.save()


def test_a_course_with_enrollments_is_kept():
	from smooth_lms.courses import enrollment

	course = make_course()
	(member,) = make_users(1)
	enrollment.enroll({member: "Learner"}, [course.name])
	with pytest.raises(HistoryError):
		course.delete()


@pytest.mark.parametrize(
	("lesson_type", "values", "sentence"),
	[
		("Text", {"body": "<p> </p>"}, "needs a text"),
		("Video", {}, "video file or a video address"),
		("Video", {"video_url": "http://example.com/a.mp4"}, "https://"),
		("Video", {"video_url": "javascript:alert(1)"}, "https://"),
		("File", {}, "needs a file"),
		("Quiz", {}, "needs a quiz"),
		("SCORM", {}, "needs a package"),
		("External Link", {"external_url": "https://"}, "https://"),
		("External Link", {"external_url": "https://a@evil.example/"}, "https://"),
		("External Link", {"external_url": "https://x.example/\"onmouseover='x'"}, "https://"),
		("External Link", {"external_url": "data:text/html,<script>"}, "https://"),
	],
)
def test_a_lesson_has_what_its_kind_needs(lesson_type, values, sentence):
	course = draft()
	with pytest.raises(frappe.ValidationError, match=sentence):
		make_lesson(course.name, lesson_type, **values)


def test_a_lesson_uses_quizzes_of_its_own_course_only():
	mine, other = draft(), draft()
	quiz = frappe.get_doc({"doctype": "LMS Quiz", "title": "Quiz", "course": other.name})
	quiz.flags.ignore_validate = quiz.flags.ignore_mandatory = True
	quiz.insert()
	with pytest.raises(frappe.ValidationError, match="belongs to this course"):
		make_lesson(mine.name, "Quiz", quiz=quiz.name)
