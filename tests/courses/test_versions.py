"""Versions of a course: copies that leave what was taken as it was."""

import frappe

from smooth_lms.courses import enrollment, structure, versions
from tests.support.factories import make_course, make_lesson, make_users, unique


def test_a_new_version_copies_everything_and_starts_unpublished():
	course = make_course(lessons=0)
	first = make_lesson(course.name, "External Link", external_url="https://example.com/one")
	make_lesson(course.name)
	copy = versions.new_version(course.name)
	assert (copy.version, copy.version_of, copy.published) == (2, course.name, 0)
	assert copy.name == f"{course.name}-v2"
	lessons = structure.lessons_in_order(structure.outline(copy.name))
	assert len(lessons) == 2
	assert lessons[0].name != first.name
	assert frappe.db.get_value("Course Lesson", lessons[0].name, "external_url") == "https://example.com/one"
	third = versions.new_version(copy.name)
	assert (third.version, third.version_of) == (3, course.name)


def test_courses_of_one_title_and_their_versions_have_names_of_their_own():
	course = make_course(title=unique("Fire Safety"))
	same = make_course(title=course.title)
	assert same.name == f"{course.name}-2"
	taken = make_course(title=f"{course.title} v2")
	copy = versions.new_version(course.name)
	assert copy.name == f"{taken.name}-2"
	assert versions.new_version(same.name).name == f"{same.name}-v2"


def test_completions_point_at_the_version_taken_and_newcomers_take_the_newest():
	course = make_course()
	(member,) = make_users(1)
	enrollment.enroll({member: "Learner"}, [course.name])
	copy = versions.new_version(course.name)
	assert not frappe.db.get_value("LMS Course", course.name, "superseded_by")
	copy.change_note = "New law of 2026."
	copy.published = 1
	copy.save()
	assert frappe.db.get_value("LMS Course", course.name, "superseded_by") == copy.name
	assert frappe.db.exists("LMS Enrollment", {"member": member, "course": course.name})
	log = versions.change_log(copy.name)
	assert [(row.version, row.change_note) for row in log] == [(2, "New law of 2026."), (1, None)]
	assert [row.version for row in versions.change_log(course.name)] == [1]


def test_roots_and_families_of_many_courses_take_one_statement_each(statements):
	first, other = make_course().name, make_course().name
	second = versions.new_version(first).name
	versions.families(versions.roots([first]))  # reads the DocType, once for all
	with statements() as sent:
		roots = versions.roots([first, second, other, "no such course"])
		families = versions.families(set(roots.values()), ("version",))
	assert roots == {first: first, second: first, other: other}
	assert [(row.name, row.version) for row in families[first]] == [(first, 1), (second, 2)]
	assert [row.name for row in families[other]] == [other]
	assert sent.total == 2
