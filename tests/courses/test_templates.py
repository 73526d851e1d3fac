"""Courses begin with a template: chapters and titles that nobody sees before they are written."""

import pytest

import frappe

from smooth_lms.courses import structure
from smooth_lms.courses.builder import checks, overview, templates
from tests.support.authors import put
from tests.support.factories import make_user, unique


@pytest.mark.parametrize(
	("template", "chapters", "lessons"),
	[("empty", 1, 0), ("compliance", 3, 7), ("onboarding", 5, 11), ("library", 2, 1), ("nothing", 1, 0)],
)
def test_a_course_begins_as_its_template_says(author, template, chapters, lessons):
	course = templates.new_course(unique("Fire"), template)
	found = overview.course(course)
	assert len(found["chapters"]) == chapters
	assert sum(len(chapter["lessons"]) for chapter in found["chapters"]) == lessons
	assert not found["published"]
	assert structure.lessons_in_order(structure.outline(course)) == []  # what learners would see
	assert not any(each.stops for each in checks.findings(course))


def test_a_compliance_course_has_a_quiz_and_a_certificate_for_a_year(author):
	course = templates.new_course(unique("Fire"), "compliance")
	assert frappe.db.get_value("LMS Course", course, ["certification", "validity_months"]) == (1, 12)
	assert overview.course(course)["chapters"][-1]["lessons"][-1]["lesson_type"] == "Quiz"


def test_what_is_written_of_it_is_published_and_the_rest_is_not_seen(author):
	course = templates.new_course(unique("Fire"), "onboarding")
	first = overview.course(course)["chapters"][0]["lessons"][0]
	put(first["name"], body="<p>Good to have you here.</p>")
	overview.publish(course, True)
	assert [row.title for row in structure.lessons_in_order(structure.outline(course))] == ["Welcome"]


def test_only_authors_begin_courses():
	frappe.set_user(make_user().name)
	with pytest.raises(frappe.PermissionError):
		templates.new_course("Fire", "compliance")
