"""Somebody who writes courses, and a course with something in it, stored for the server."""

import pytest

import frappe

from smooth_lms.courses.builder import places, templates, text
from tests.support.factories import make_user, unique


@pytest.fixture
def author(server) -> str:
	"""A Course Creator, who has no desk."""
	return make_user(roles=("Course Creator",)).name


@pytest.fixture
def course(author) -> str:
	"""A course with two chapters: A and B in the first, C in the second."""
	frappe.set_user(author)
	name = templates.new_course(unique("Fire"))
	one = frappe.get_all("Course Chapter", {"course": name}, pluck="name")[0]
	two = places.add_chapter(name, "Second")
	for chapter, title in ((one, "A"), (one, "B"), (two, "C")):
		lesson = places.add_lesson(chapter, title)
		text.save(lesson, {"body": f"<p>Text of {title}</p>"}, text.read(lesson)["marks"])
	frappe.set_user("Administrator")
	frappe.db.commit()
	return name
