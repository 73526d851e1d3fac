"""What the faults may have left on a site is put right, and nothing else."""

import pytest

import frappe

from smooth_lms.base.rows import insert_rows
from smooth_lms.patches.v0_2 import remove_self_made_instructors
from tests.support.factories import make_course, make_user


class TestSelfMadeInstructors:
	@pytest.fixture
	def course(self):
		self.author = make_user(roles=("Course Creator",)).name
		self.colleague = make_user(roles=("Course Creator",)).name
		self.intruder = make_user(roles=("Course Creator",)).name
		return make_course(instructors=[{"instructor": self.author}]).name

	def put(self, course, instructor, by):
		"""A row as Frappe's door left it."""
		frappe.set_user(by)
		(name,) = insert_rows(
			"Course Instructor",
			("parent", "parenttype", "parentfield", "instructor"),
			[(course, "LMS Course", "instructors", instructor)],
		)
		frappe.set_user("Administrator")
		return name

	def instructors(self, course):
		return {row.instructor for row in frappe.get_doc("LMS Course", course).instructors}

	def test_go_with_whom_they_have_brought_along(self, course):
		self.put(course, self.intruder, by=self.intruder)
		self.put(course, self.colleague, by=self.intruder)
		self.put(course, self.colleague, by=self.colleague)
		remove_self_made_instructors.execute()
		assert self.instructors(course) == {self.author}
		log = frappe.get_last_doc("Error Log")
		assert self.intruder in log.error
		assert course in log.error
		remove_self_made_instructors.execute()
		assert self.instructors(course) == {self.author}

	def test_those_whom_an_instructor_has_named_stay(self, course):
		self.put(course, self.colleague, by=self.author)
		self.put(course, self.intruder, by=self.colleague)
		remove_self_made_instructors.execute()
		assert self.instructors(course) == {self.author, self.colleague, self.intruder}

	def test_those_whom_a_moderator_has_named_stay(self, course):
		moderator = make_user(roles=("Moderator",)).name
		self.put(course, self.colleague, by=moderator)
		self.put(course, moderator, by=moderator)
		remove_self_made_instructors.execute()
		assert self.instructors(course) == {self.author, self.colleague, moderator}

	def test_those_whom_a_save_of_the_course_has_named_stay(self, course):
		name = self.put(course, self.colleague, by=self.colleague)
		data = frappe.as_json({"added": [["instructors", {"name": name}]], "changed": [], "removed": []})
		insert_rows("Version", ("ref_doctype", "docname", "data"), [("LMS Course", course, data)])
		remove_self_made_instructors.execute()
		assert self.instructors(course) == {self.author, self.colleague}

	def test_the_author_of_a_course_stays(self):
		author = make_user(roles=("Course Creator",)).name
		frappe.set_user(author)
		doc = frappe.get_doc({"doctype": "LMS Course", "title": "Mine"}).insert()
		frappe.set_user("Administrator")
		remove_self_made_instructors.execute()
		assert self.instructors(doc.name) == {author}
