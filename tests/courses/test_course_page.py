"""What the catalogue says of a course is set in the builder."""

import pytest

import frappe

from smooth_lms.base import files as stored_files
from smooth_lms.courses.builder import page
from tests.courses.test_checks import PNG
from tests.support.factories import make_user


def test_its_values_are_set_one_by_one(course):
	before = page.read(course)["values"]
	answer = page.save(course, {"short_introduction": "  Where  to go ", "certification": 1, "published": 1})
	assert answer["values"] == {**before, "short_introduction": "Where to go", "certification": 1}
	assert not frappe.db.get_value("LMS Course", course, "published")
	with pytest.raises(frappe.ValidationError, match="Enter a title"):
		page.save(course, {"title": " "})


def test_a_cover_is_chosen_and_goes_again(course):
	assert page.set_cover(course, "door.png", PNG)["has_cover"]
	url = frappe.db.get_value("LMS Course", course, "image")
	assert stored_files.belongs_to(url, "LMS Course", course)
	with open(stored_files.path_of(url), "rb") as file:
		assert file.read() == PNG
	assert not page.set_cover(course)["has_cover"]


def test_a_picture_that_is_a_script_is_no_cover(course):
	with pytest.raises(frappe.ValidationError):
		page.set_cover(course, "door.png", b"<svg><script>1</script></svg>")


def test_only_authors_of_the_course_change_it(course):
	frappe.set_user(make_user(roles=("Course Creator",)).name)
	acts = (
		lambda: page.read(course),
		lambda: page.save(course, {"title": "Mine"}),
		lambda: page.set_cover(course, "door.png", PNG),
	)
	for act in acts:
		with pytest.raises(frappe.PermissionError):
			act()
