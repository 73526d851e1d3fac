"""The names of people whom HR knows come from HR, on the account and on whatever is made from then on."""

import pytest

import frappe
from frappe.utils import today

from smooth_lms.cohorts import enrollment
from smooth_lms.compliance import certificates
from smooth_lms.learners.sync import planner, undo
from smooth_lms.learners.sync import run as sync_run
from smooth_lms.learners.sync.plan import account_names
from tests.support.boarding import after_commit, email
from tests.support.completions import certified_course, completed
from tests.support.factories import make_batch, make_employee, make_user
from tests.support.roster import empty_roster


@pytest.mark.parametrize(
	("full", "last", "expected"),
	[
		("Ana Ruiz", "Ruiz", ("Ana", "Ruiz")),
		("Ana María Ruiz", "Ruiz", ("Ana María", "Ruiz")),
		("Ana  Ruiz", "Ruiz", ("Ana", "Ruiz")),
		("Ana", None, ("Ana", None)),
		("Ana Ruiz", "Hadi", ("Ana Ruiz", None)),
		("Ruiz", "Ruiz", ("Ruiz", None)),
	],
)
def test_the_account_makes_the_same_full_name(full, last, expected):
	names = account_names(full, last)
	assert (names["first_name"], names["last_name"]) == expected
	assert " ".join(filter(None, expected)) == names["full_name"] == " ".join(full.split())


def married(employee, last_name: str) -> None:
	doc = frappe.get_doc("Employee", employee.name)
	doc.last_name = last_name
	doc.save()
	after_commit()


@pytest.fixture
def ana():
	address = email("ana")
	employee = make_employee(company_email=address, first_name="Ana", middle_name="María", last_name="Ruiz")
	after_commit()
	return frappe._dict(user=address, employee=employee)


def full_name(user: str) -> str:
	return frappe.db.get_value("User", user, "full_name")


def test_a_new_account_has_the_whole_name(ana):
	assert full_name(ana.user) == "Ana María Ruiz"
	assert planner.follow([ana.employee.name]).done == []


def done(user: str) -> str:
	"""A completed course of somebody who was enrolled under their present name."""
	name = completed(user, certified_course().name)
	frappe.db.set_value("LMS Enrollment", name, "member_name", full_name(user))
	return name


def test_a_changed_name_stands_on_all_that_is_made_afterwards(ana):
	first, second = (done(ana.user) for _number in range(2))
	issued = certificates.issue(first)
	batch = make_batch().name
	enrollment.enroll(batch, ana.user, source="Desk")
	married(ana.employee, "Hadi")
	assert full_name(ana.user) == "Ana María Hadi"
	assert frappe.db.get_value("LMS Learner", ana.user, "full_name") == "Ana María Hadi"
	assert frappe.db.get_value("LMS Batch Enrollment", {"batch": batch}, "member_name") == "Ana María Hadi"
	assert frappe.db.get_value("LMS Certificate", issued, "member_name") == "Ana María Ruiz"
	later = certificates.issue(second)
	assert frappe.db.get_value("LMS Certificate", later, "member_name") == "Ana María Hadi"
	frappe.get_doc("User", ana.user).save()
	assert full_name(ana.user) == "Ana María Hadi"  # as Frappe makes it at each save


def test_a_name_typed_over_on_the_account_is_hrs_again_with_the_next_run(ana):
	empty_but(ana)
	user = frappe.get_doc("User", ana.user)
	user.first_name = "Somebody"
	user.save()
	frappe.db.commit()
	run = sync_run.run_now()
	assert full_name(ana.user) == "Ana María Ruiz"
	undo.undo(run)
	assert full_name(ana.user) == "Somebody Ruiz"
	frappe.db.set_single_value("LMS Settings", "hold_next_run", 0)
	frappe.db.commit()


def empty_but(person) -> None:
	"""Nobody else for this run."""
	kept = frappe.get_doc("Employee", person.employee.name)
	learner = frappe.get_doc("LMS Learner", person.user)
	empty_roster()
	kept.db_insert()
	learner.db_insert()


def test_learners_made_by_hand_keep_their_own_name():
	user = make_user(first_name="Own", last_name="Name").name
	frappe.get_doc({"doctype": "LMS Learner", "user": user}).insert()
	after_commit()
	assert full_name(user) == "Own Name"


def test_leavers_keep_the_name_they_had(ana):
	doc = frappe.get_doc("Employee", ana.employee.name)
	doc.update({"status": "Left", "relieving_date": today(), "last_name": "Hadi"})
	doc.save()
	after_commit()
	assert full_name(ana.user) == "Ana María Ruiz"
