"""Private pictures in texts of the app: whoever is shown the text gets them, and nobody else."""

import base64
from types import SimpleNamespace

import pytest

import frappe

from smooth_lms import hooks
from smooth_lms.api import quizzes
from smooth_lms.base import files
from smooth_lms.cohorts import enrollment, withdrawal
from tests.security.test_texts import doctypes
from tests.support.factories import (
	make_batch,
	make_course,
	make_lesson,
	make_question,
	make_quiz,
	make_user,
	unique,
)

PIXEL = base64.b64decode(
	"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
TEXTS = {
	"Course Lesson.body": ("learner", "author"),
	"LMS Batch.batch_details": ("learner", "other", "author"),
	"LMS Batch.discussion_guidelines": ("learner", "author"),
	"LMS Course.description": ("learner", "other", "author"),
	"LMS Question.question": ("learner", "author"),
}
"""Who is shown each text: the enrolled learner, anybody with the portal, the course's author; never the outsider."""
PEOPLE = ("learner", "other", "outsider", "withdrawn", "author", "Guest")


@pytest.fixture(scope="module")
def world(_connection):
	frappe.set_user("Administrator")
	author = make_user(roles=("Course Creator",)).name
	people = {
		"learner": make_user().name,
		"other": make_user().name,
		"withdrawn": make_user().name,
		"outsider": make_user(roles=()).name,
		"author": author,
		"Guest": "Guest",
	}
	frappe.set_user(author)
	course = make_course(
		instructors=[{"instructor": author}], description=with_picture(), disable_self_learning=1
	).name
	lesson = make_lesson(course, body=with_picture())
	question = make_question(course, question=with_picture())
	quiz = make_quiz(course, [question]).name
	quiz_lesson = make_lesson(course, "Quiz", quiz=quiz).name
	frappe.set_user("Administrator")
	batch = make_batch(courses=[course], batch_details=with_picture(), discussion_guidelines=with_picture())
	for who in ("learner", "withdrawn"):
		enrollment.enroll(batch.name, people[who], source="Desk")
	for who in ("learner", "withdrawn"):
		frappe.set_user(people[who])
		quizzes.start(quiz_lesson)
		frappe.set_user("Administrator")
	withdrawal.withdraw(batch.name, people["withdrawn"], reason="x")
	records = {
		"Course Lesson": lesson.name,
		"LMS Batch": batch.name,
		"LMS Course": course,
		"LMS Question": question.name,
	}
	frappe.db.commit()
	return SimpleNamespace(people=people, records=records)


def with_picture() -> str:
	"""A text with a private picture that its author has uploaded."""
	name = f"{unique('p').replace(' ', '-')}.png"
	file = frappe.get_doc({"doctype": "File", "file_name": name, "content": PIXEL, "is_private": 1}).insert()
	return f'<p>Look:</p><p><img src="{file.file_url}"></p>'


def picture(world, text: str) -> str:
	doctype, field = text.split(".")
	(url,) = files.named_in(frappe.db.get_value(doctype, world.records[doctype], field))
	return url


def test_every_text_is_tried():
	found = {
		f"{doctype}.{field.fieldname}"
		for doctype in doctypes()
		for field in frappe.get_meta(doctype).fields
		if field.fieldtype in files.WRITTEN
	}
	assert set(TEXTS) == found
	assert {text.split(".")[0] for text in found} == set(hooks.smooth_lms_text_readers)


@pytest.mark.parametrize("text", sorted(TEXTS))
def test_goes_to_those_who_are_shown_the_text(world, door, text):
	url = picture(world, text)
	got = set()
	for person in PEOPLE:
		session = door.session(None if person == "Guest" else world.people[person])
		answer = session.get(door.url + url, timeout=60)
		assert answer.status_code in (200, 403), answer.status_code
		if answer.status_code == 200:
			assert answer.content == PIXEL
			got.add(person)
	wanted = set(TEXTS[text]) | ({"withdrawn"} if "other" in TEXTS[text] else set())
	assert got == wanted


def test_a_file_that_the_text_does_not_show_stays_shut(world, door):
	"""Attached to the record, and no part of what is read."""
	frappe.set_user("Administrator")
	lesson = world.records["Course Lesson"]
	attached = {"attached_to_doctype": "Course Lesson", "attached_to_name": lesson, "is_private": 1}
	file = frappe.get_doc(
		{"doctype": "File", "file_name": "notes.png", "content": PIXEL, **attached}
	).insert()
	frappe.db.commit()
	assert door.session(world.people["learner"]).get(door.url + file.file_url).status_code == 403


def test_only_pictures_come_through_a_text(world, door):
	frappe.set_user("Administrator")
	lesson = frappe.get_doc("Course Lesson", world.records["Course Lesson"])
	attached = {"attached_to_doctype": "Course Lesson", "attached_to_name": lesson.name, "is_private": 1}
	file = frappe.get_doc({"doctype": "File", "file_name": "keys.txt", "content": "x", **attached}).insert()
	frappe.db.set_value(
		"Course Lesson",
		lesson.name,
		"body",
		f'{lesson.body}<img src="{file.file_url}">',
		update_modified=False,
	)
	frappe.db.commit()
	assert door.session(world.people["learner"]).get(door.url + file.file_url).status_code == 403


@pytest.mark.parametrize("saved", ["first", "later"])
def test_a_picture_that_was_pasted_becomes_a_file_of_the_record(saved):
	data = base64.b64encode(PIXEL).decode()
	text = f'<p>Look:</p><img src="data:image/png;base64,{data}" data-filename="a.png">'
	doc = make_course(**({"description": text} if saved == "first" else {}))
	if saved == "later":
		doc.description = text
		doc.save()
	kept = frappe.db.get_value("LMS Course", doc.name, "description")
	(file,) = frappe.get_all("File", {"attached_to_name": doc.name}, ["file_url", "attached_to_doctype"])
	assert file.attached_to_doctype == "LMS Course"
	assert f'src="{file.file_url}' in kept
	if file.file_url.startswith("/private/"):  # early releases of 15 make it public
		assert files.named_in(kept) == {file.file_url}


def test_a_picture_is_found_whatever_is_added_to_its_address():
	plain = "/private/files/a-picture.png"
	texts = [f'<img src="{plain}{added}">' for added in ("", "?fid=0a1b2c", "?fid=0a1b2c&amp;v=2", "#top")]
	assert [files.named_in(text) for text in texts] == [{plain}] * len(texts)
