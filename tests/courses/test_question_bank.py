"""Questions that exist already are found and asked once more, each course its own."""

import pytest

import frappe

from smooth_lms.courses import versions
from smooth_lms.courses.builder import bank, quizzes, templates
from tests.support.factories import make_course, make_question, make_user, unique


@pytest.fixture
def lesson(chapter) -> str:
	"""A quiz lesson with the question "Where to?"."""
	name = quizzes.add_quiz(chapter, "Quiz")
	quizzes.add_questions(name, "Where to?\n* Out\n- Up")
	return name


def foreign_question(author: str, text: str) -> str:
	"""A question of a course that somebody else has made."""
	frappe.set_user("Administrator")
	name = make_question(make_course().name, question=text).name
	frappe.set_user(author)
	return name


def labels(lesson: str, search: str = "") -> list[str]:
	return [row.label for row in bank.find_questions(lesson, search)]


def test_questions_of_all_own_courses_are_found_by_their_words(author, course, chapter, lesson):
	other = templates.new_course(unique("Ladders"))
	make_question(other, question="<p>Which <b>ladder</b> stands?</p>")
	make_question(course, question="<p>Which exit is near?</p>")
	foreign_question(author, "<p>Which secret?</p>")
	assert labels(lesson) == ["Which exit is near?", "Which ladder stands?"]
	assert labels(lesson, "ladder which") == ["Which ladder stands?"]
	assert labels(lesson, "100%") == []
	assert [row.is_here for row in bank.find_questions(lesson)] == [1, 0]
	frappe.set_user(make_user(roles=("Moderator",)).name)
	assert "Which secret?" in labels(lesson, "secret")


def test_old_versions_are_left_out(author, lesson):
	other = templates.new_course(unique("Ladders"))
	make_question(other, question="<p>Which ladder?</p>")
	quizzes.add_questions(
		quizzes.add_quiz(frappe.db.get_value("Course Chapter", {"course": other}), "Quiz"),
		"Ladder up?\n* a\n- b",
	)
	new = versions.new_version(other)
	frappe.db.set_value("LMS Course", other, "superseded_by", new.name)
	assert labels(lesson) == ["Ladder up?"]


def test_a_question_of_another_course_is_copied_and_one_of_this_course_is_not(author, course, lesson):
	other = templates.new_course(unique("Ladders"))
	foreign = make_question(other, "Number", question="<p>How many?</p>", number=4, tolerance=1).name
	own = make_question(course, question="<p>Which exit?</p>").name
	answer = bank.reuse_questions(lesson, [foreign, own, own, "nothing"])
	assert answer["added"] == 2
	names = [each["name"] for each in answer["questions"]]
	assert names[2] == own
	assert names[1] != foreign
	copy = frappe.get_doc("LMS Question", names[1])
	assert (copy.course, copy.number, copy.tolerance) == (course, 4, 1)
	assert answer["questions"][1]["options"] == [{"option": "4 ± 1", "is_correct": 1}]
	assert labels(lesson) == ["How many?"]  # that of the other course
	assert bank.reuse_questions(lesson, [own])["added"] == 0


def test_the_first_questions_of_a_quiz_may_come_from_the_bank(author, course, chapter):
	own = make_question(course).name
	lesson = quizzes.add_quiz(chapter, "Quiz")
	assert bank.reuse_questions(lesson, [])["added"] == 0
	assert [each["name"] for each in bank.reuse_questions(lesson, [own])["questions"]] == [own]
	assert not frappe.db.get_value("Course Lesson", lesson, "draft")


def test_nobody_takes_questions_out_of_courses_of_others(author, lesson):
	foreign = foreign_question(author, "<p>Which secret?</p>")
	with pytest.raises(frappe.PermissionError):
		bank.reuse_questions(lesson, [foreign])
	frappe.set_user(make_user(roles=("Course Creator",)).name)
	for act in (lambda: bank.find_questions(lesson), lambda: bank.reuse_questions(lesson, [])):
		with pytest.raises(frappe.PermissionError):
			act()
