"""The certificate on the assignment that it proves."""

import pytest

import frappe

from smooth_lms.compliance import certificates
from smooth_lms.training.assignments import proofs
from tests.support.factories import make_workforce
from tests.support.training import activated, assign_to, complete, rows_of


@pytest.fixture
def assigned():
	"""Somebody with one course assigned that issues a certificate. Returns (user, course)."""
	(user,) = make_workforce(1)
	doc = activated(courses=1, exceptions=[{"member": user, "effect": "Pin", "reason": "Test"}])
	course = doc.courses[0].course
	frappe.db.set_value("LMS Course", course, {"certification": 1, "validity_days": 365})
	assign_to(doc, [user])
	return user, course


def enrollment_of(user, course):
	return frappe.db.get_value("LMS Enrollment", {"member": user, "course": course})


def test_is_noted_when_it_is_issued(assigned):
	user, course = assigned
	complete(user, course)
	assert rows_of(user)[0].certificate is None
	name = certificates.issue(enrollment_of(user, course))
	(row,) = rows_of(user)
	assert (row.status, row.certificate) == ("Completed", name)
	changed = frappe.get_all("Version", {"docname": row.name}, pluck="data")
	assert any(name in each for each in changed)


def test_is_noted_by_the_nightly_look_where_it_came_first(assigned):
	user, course = assigned
	complete(user, course)
	name = certificates.issue(enrollment_of(user, course))
	frappe.db.set_value("LMS Training Assignment", {"member": user}, "certificate", None)
	proofs.note_left_over()
	assert rows_of(user)[0].certificate == name
	assert proofs.note_left_over() == 0


def test_a_later_one_for_the_same_completion_takes_its_place(assigned):
	user, course = assigned
	complete(user, course)
	first = certificates.issue(enrollment_of(user, course))
	certificates.revoke(first, "Issued too early")
	assert rows_of(user)[0].certificate == first, "what it rested on stays to be seen"
	second = certificates.issue(enrollment_of(user, course), reason="Checked again")
	assert rows_of(user)[0].certificate == second


def test_one_made_by_hand_for_training_before_is_noted(assigned):
	user, course = assigned
	complete(user, course, "2026-03-02")
	frappe.db.set_value("LMS Enrollment", enrollment_of(user, course), "status", "In Progress")
	values = {"member": user, "course": course, "issue_date": "2026-03-02", "reason": "From before"}
	doc = frappe.get_doc({"doctype": "LMS Certificate", **values}).insert()
	assert rows_of(user)[0].certificate == doc.name


def test_another_persons_or_courses_is_not(assigned):
	user, course = assigned
	stranger = activated(courses=1).courses[0].course
	frappe.db.set_value("LMS Course", stranger, "certification", 1)
	complete(user, course)
	made = {"doctype": "LMS Certificate", "member": user, "course": stranger, "reason": "From before"}
	frappe.get_doc(made).insert()
	assert rows_of(user)[0].certificate is None
