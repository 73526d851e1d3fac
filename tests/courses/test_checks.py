"""Checks before publishing: each thing that learners would miss is found, with its place, and what breaks is refused."""

import os

import pytest

import frappe

from smooth_lms.base import files as stored_files
from smooth_lms.courses.builder import arrivals, checks, overview, pictures, places, quizzes
from tests.support.authors import LESSON, arrived, put, written
from tests.support.factories import make_course, make_user
from tests.support.packages.build import make_package

FILM = b"\x00\x00\x00\x18ftypmp42 fire"
PNG = (
	b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
	b"\x00\x00\x00\nIDATx\x9cc\x00\x01\x00\x00\x05\x00\x01\r\n-\xb4\x00\x00\x00\x00IEND\xaeB`\x82"
)


def found(course: str, code: str) -> list[tuple[str, str, int, bool]]:
	"""What was found of a kind: lesson's title, part, number and whether it stops."""
	return [
		(each.title, each.part, each.index, each.stops)
		for each in checks.findings(course)
		if each.code == code
	]


def refusal(course: str) -> str:
	with pytest.raises(frappe.ValidationError) as refused:
		overview.publish(course, True)
	return str(refused.value)


def gone(url: str) -> None:
	os.remove(stored_files.disk_path(url))


def test_a_finished_course_has_advice_about_its_picture_only(course):
	written(course, "Exits", "<p>Take the stairs.</p>")
	assert [(each.code, each.stops) for each in checks.findings(course)] == [("picture", False)]
	overview.publish(course, True)
	assert frappe.db.get_value("LMS Course", course, "published")


def test_empty_lessons_and_chapters_are_found(course, chapter):
	written(course, "Exits")
	places.add_lesson(chapter, "Later")
	quizzes.add_quiz(chapter, "What do you know?")
	places.add_chapter(course, "Nothing yet")
	assert found(course, "empty") == [
		("", "outline", 0, False),
		("Later", "text", 0, False),
		("What do you know?", "text", 0, False),
	]


def test_pictures_without_a_text_are_found_and_decoration_is_not(course):
	lesson = written(course, "Exits")
	urls = [pictures.add(lesson, f"{name}.png", PNG) for name in "abc"]
	alts = (' alt="A door"', ' alt=""', "")
	put(lesson, body="".join(f'<p><img src="{url}"{alt}></p>' for url, alt in zip(urls, alts, strict=True)))
	assert found(course, "alt") == [("Exits", "picture", 2, False)]
	assert found(course, "broken") == []


def test_a_film_without_captions_is_found(course, chapter):
	lesson = arrivals.take_file(chapter, arrived(course, "Film.mp4", FILM))
	assert found(course, "captions") == [("Film", "captions", 0, False)]
	arrivals.give_file(lesson, arrived(course, "film.de.vtt", b"WEBVTT\n\n00:00.000 --> 00:01.000\nFire\n"))
	assert found(course, "captions") == []


def test_films_within_a_text_are_looked_at_too(course):
	lesson = written(course, "Exits")
	given = {
		name: arrivals.add_to_text(lesson, arrived(course, name, FILM))["url"] for name in ("a.mp4", "b.mp4")
	}
	caption = arrivals.add_to_text(lesson, arrived(course, "a.vtt", b"WEBVTT\n\n"))["url"]
	track = f'<track kind="captions" srclang="en" src="{caption}">'
	put(
		lesson,
		body=f'<video controls src="{given["a.mp4"]}">{track}</video><video controls src="{given["b.mp4"]}"></video>',
	)
	assert found(course, "captions") == [("Exits", "film", 1, False)]
	assert found(course, "broken") == []
	gone(caption)
	assert found(course, "broken") == [("Exits", "film", 0, False)]


@pytest.mark.parametrize(
	("href", "is_found"),
	[
		("https://example.com/a", False),
		("mailto:help@example.com", False),
		("tel:+49301234", False),
		("http://intranet/a", True),
		("https://127.0.0.1/a", True),
		("https://192.168.1.20/a", True),
		("#part", True),
		("/files/gone.pdf", True),
		("/private/files/gone.pdf", True),
		("/lms/courses/there-is-none", True),
		("/lms/courses/{course}/there-is-none", True),
		("/lms/courses/{other}/{lesson}", False),
		("/lms/courses/{course}", False),
		("/lms/timetable", False),
	],
)
def test_links_that_lead_nowhere_are_found(course, href, is_found):
	other = make_course(lessons=1).name
	lesson = frappe.get_all(LESSON, {"course": other}, pluck="name")[0]
	href = href.format(course=course, other=other, lesson=lesson)
	written(course, "Exits", f'<p><a href="https://example.com">One</a></p><p><a href="{href}">Two</a></p>')
	assert found(course, "broken") == ([("Exits", "link", 1, False)] if is_found else [])


def test_a_picture_of_another_lesson_is_found(course):
	one = written(course, "Exits")
	url = pictures.add(one, "door.png", PNG)
	put(one, body=f'<p><img src="{url}" alt="A door"></p>')
	two = written(course, "Stairs")
	# as an import that knows nothing of files would write it
	frappe.db.set_value(LESSON, two, "body", f'<p><img src="{url}" alt="A door"></p>')
	assert found(course, "broken") == [("Stairs", "picture", 0, False)]


def test_a_lesson_whose_file_is_gone_stops_publishing(course, chapter):
	written(course, "Exits")
	lesson = arrivals.take_file(chapter, arrived(course, "Plan.pdf", b"%PDF-1.7 fire"))
	gone(frappe.db.get_value(LESSON, lesson, "attachment"))
	assert found(course, "file") == [("Plan", "file", 0, True)]
	assert refusal(course) == "Plan: The file of this lesson is gone: choose it again."


def test_a_quiz_without_a_right_answer_stops_publishing_at_the_desk_too(course, chapter):
	lesson = quizzes.add_quiz(chapter, "Quiz")
	quizzes.add_questions(lesson, "One?\n* a\n- b\n\nTwo?\n* a\n- b")
	question = quizzes.read(lesson)["questions"][1]["name"]
	frappe.db.set_value("LMS Question Option", {"parent": question}, "is_correct", 0)
	assert found(course, "quiz") == [("Quiz", "quiz", 1, True)]
	assert refusal(course) == "Quiz: Question 2 has no right answer."
	doc = frappe.get_doc("LMS Course", course)
	doc.published = 1
	with pytest.raises(frappe.ValidationError, match="Question 2 has no right answer"):
		doc.save()


def test_a_package_that_needs_a_content_host_is_found(course, chapter):
	package = make_package(course)
	frappe.db.set_value("LMS SCORM Package", package.name, "needs_frames", 1)
	values = {"title": "Package", "chapter": chapter, "lesson_type": "SCORM", "scorm_package": package.name}
	frappe.get_doc({"doctype": LESSON, "estimated_minutes": 3, **values}).insert()
	assert found(course, "host") == [("Package", "file", 0, False)]
	frappe.db.set_value("LMS SCORM Package", package.name, "trusted", 1)
	assert found(course, "host") == []


def test_minutes_that_do_not_add_up_are_found(course):
	long = written(course, "Long", f"<p>{'word ' * 2000}</p>")
	put(long, estimated_minutes=2)
	put(written(course, "None"), estimated_minutes=0)
	frappe.db.set_value("LMS Course", course, "estimated_minutes", 60)
	assert found(course, "minutes") == [
		("", "minutes", 0, False),
		("Long", "minutes", 0, False),
		("None", "minutes", 0, False),
	]


def test_a_text_that_is_hard_to_read_is_found(course):
	sentence = (
		"The organization's comprehensive evacuation methodology necessitates the implementation of predetermined "
		"departmental responsibilities in accordance with international occupational health regulations. "
	)
	written(course, "Rules", f"<p>{sentence * 6}</p>")
	written(course, "Exits", "<ul>" + "<li>Take the stairs and close the door.</li>" * 30 + "</ul>")
	assert [each[0] for each in found(course, "reading")] == ["Rules"]


def test_a_long_course_takes_no_more_statements_than_a_short_one(course, chapter, statements):
	def one() -> None:
		lesson = quizzes.add_quiz(chapter, "Quiz")
		quizzes.add_questions(lesson, "One?\n* a\n- b")
		written(course, "Exits", '<p><a href="/lms/courses/none">One</a></p>')

	one()
	with statements() as first:
		checks.findings(course)
	for _each in range(3):
		one()
	with statements() as later:
		checks.findings(course)
	assert later.total <= first.total


def test_only_authors_of_the_course_see_what_was_found(course):
	frappe.set_user(make_user(roles=("Course Creator",)).name)
	with pytest.raises(frappe.PermissionError):
		overview.findings(course)
