"""What is recorded about a person goes with them to another Employee record."""

import pytest

import frappe
from frappe.utils import add_days, getdate, today

from benchmarks.measure import Statements
from smooth_lms.cohorts import enrollment
from smooth_lms.compliance import certificates, records
from smooth_lms.learners import moved
from smooth_lms.learners.sync import planner, undo
from smooth_lms.learners.sync import run as sync_run
from smooth_lms.patches.v0_2 import records_follow_the_employee
from tests.support.boarding import after_commit, email
from tests.support.completions import certified_course, completed
from tests.support.factories import (
	company,
	make_batch,
	make_employee,
	make_learners,
	make_user,
	make_users,
	unique,
)
from tests.support.hr import make_hr_user
from tests.support.roster import empty_roster

ABOUT = ("LMS Batch Enrollment", "LMS Training Assignment", "LMS Certificate", "Employee Compliance")


def named_on(user: str) -> dict[str, set[str | None]]:
	"""The Employee records that stand on the user's records, by DocType."""
	found = {
		doctype: frappe.get_all(doctype, {"member": user}, pluck="employee", limit=0) for doctype in ABOUT
	}
	return {doctype: set(rows) for doctype, rows in found.items() if rows}


def with_records(user: str) -> tuple[str, str]:
	"""A seat, an assignment and a certificate. Returns the certificate and its course."""
	course = certified_course(validity_days=400).name
	certificate = certificates.issue(completed(user, course))
	enrollment.enroll(make_batch().name, user, source="Desk")
	employee = frappe.db.get_value("Employee", {"user_id": user})
	values = {"member": user, "course": certified_course().name, "due_date": add_days(today(), 9)}
	values |= {"employee": employee, "status": "Pending", "source": "Manual", "open_mark": "1"}
	frappe.get_doc({"doctype": "LMS Training Assignment", "name": unique("TA"), **values}).db_insert()
	return certificate, course


def leave(employee: str, on: str | None = None) -> None:
	doc = frappe.get_doc("Employee", employee)
	doc.update({"status": "Left", "relieving_date": on or today()})
	doc.save()
	after_commit()


@pytest.fixture
def rehired():
	"""Somebody with records who was hired again under a new record in another company."""
	address = email("again")
	old = make_employee(company_email=address)
	after_commit()
	with_records(address)
	leave(old.name)
	new = make_employee(company_email=address, company=company("Another Test House"), date_of_joining=today())
	return frappe._dict(user=address, old=old.name, new=new.name)


def test_a_rehire_brings_everything_to_the_new_record(rehired):
	assert named_on(rehired.user) == {key: {rehired.old} for key in ABOUT}
	after_commit()
	assert named_on(rehired.user) == {key: {rehired.new} for key in ABOUT}
	(proof,) = frappe.get_all(records.DOCTYPE, {"member": rehired.user}, ["company", "is_current", "status"])
	assert (proof.company, proof.is_current, proof.status) == ("Another Test House", 1, "Complete")


def test_hr_of_the_new_company_sees_what_was_brought(rehired):
	after_commit()
	frappe.set_user(make_hr_user(company("Another Test House")))
	for doctype in ABOUT:
		assert frappe.get_list(doctype, {"member": rehired.user}), doctype


def test_undoing_the_run_takes_everything_back(rehired):
	frappe.db.commit()
	run = sync_run.run_now()
	assert frappe.db.get_value("LMS Learner", rehired.user, "employee") == rehired.new
	assert named_on(rehired.user) == {key: {rehired.new} for key in ABOUT}
	undo.undo(run)
	assert named_on(rehired.user) == {key: {rehired.old} for key in ABOUT}
	frappe.db.set_single_value("LMS Settings", "hold_next_run", 0)
	frappe.db.commit()


@pytest.fixture(autouse=True)
def _nobody_else(site):
	empty_roster()


def external() -> str:
	"""A learner made by hand, who has completed something before HR knew them."""
	user = make_user().name
	make_learners([user])
	frappe.db.set_value("LMS Learner", user, {"source": "Manual", "work_email": user})
	with_records(user)
	return user


def test_hiring_a_learner_made_by_hand_makes_them_an_employee_on_every_record():
	user = external()
	assert frappe.db.get_value("LMS Batch Enrollment", {"member": user}, "member_type") == "External"
	assert not frappe.db.exists(records.DOCTYPE, {"member": user})
	employee = make_employee(user, company_email=user).name
	after_commit()
	assert named_on(user) == {key: {employee} for key in ABOUT}
	assert frappe.db.get_value("LMS Batch Enrollment", {"member": user}, "member_type") == "Employee"
	(proof,) = frappe.get_all(records.DOCTYPE, {"member": user}, ["status", "certificate", "is_current"])
	assert (proof.status, proof.is_current) == ("Complete", 1)


def test_proofs_of_two_records_are_neither_lost_nor_doubled():
	address = email("twice")
	old = make_employee(company_email=address)
	after_commit()
	certificate, _course = with_records(address)
	(kind,) = frappe.get_all(records.DOCTYPE, {"member": address}, pluck="compliance_type")
	leave(old.name)
	new = make_employee(company_email=address, date_of_joining=today()).name
	waiting = frappe.get_doc(
		{"doctype": records.DOCTYPE, "employee": new, "compliance_type": kind, "status": "Pending"}
	).insert()
	frappe.db.set_value(records.DOCTYPE, waiting.name, "is_current", 1)
	after_commit()
	rows = frappe.get_all(
		records.DOCTYPE,
		{"employee": new, "compliance_type": kind},
		["name", "certificate", "is_current", "replaced_by"],
		order_by="is_current desc",
	)
	assert [(row.certificate, row.is_current) for row in rows] == [(certificate, 1), (None, 0)]
	assert rows[1].replaced_by == rows[0].name
	assert moved.move({address: new}) == {}


def test_it_takes_as_many_queries_for_many_as_for_few():
	counts = []
	for number in (2, 40):
		users = make_users(number)
		batch = make_batch(seat_count=0).name
		enrollment.enroll_many(batch, users, source="Desk")
		employees = {user: make_employee(user).name for user in users}
		with Statements() as sent:
			moved.move(employees)
		counts.append(sent.total)
		assert not frappe.db.exists("LMS Batch Enrollment", {"batch": batch, "employee": ["is", "not set"]})
	assert counts[1] <= counts[0] + 3


def test_the_patch_brings_what_was_left_behind(rehired):
	after_commit()
	frappe.db.set_value("LMS Batch Enrollment", {"member": rehired.user}, "employee", rehired.old)
	frappe.db.set_value("LMS Training Assignment", {"member": rehired.user}, "employee", None)
	records_follow_the_employee.execute()
	assert named_on(rehired.user) == {key: {rehired.new} for key in ABOUT}


def test_days_of_proofs_stay_what_they_were(rehired):
	before = frappe.get_all(records.DOCTYPE, {"member": rehired.user}, ["name", "valid_from", "valid_until"])
	after_commit()
	assert before == frappe.get_all(
		records.DOCTYPE, {"member": rehired.user}, ["name", "valid_from", "valid_until"]
	)
	assert before[0].valid_from == getdate()
	assert planner.follow([rehired.new]).done == []
