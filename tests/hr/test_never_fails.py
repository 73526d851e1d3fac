"""HR's save goes through whatever is wrong with us, and the next synchronization repairs it."""

import pytest

import frappe

from smooth_lms.learners import events, groups
from smooth_lms.learners.sync import planner
from tests.support.boarding import after_commit, email
from tests.support.factories import make_employee, make_user
from tests.support.hr import make_department


def broken(*_arguments, **_options):
	raise frappe.db.ProgrammingError(1146, "Table 'LMS Learner' doesn't exist")


@pytest.mark.parametrize("function", ["employee_changed", "employee_deleted"])
def test_employee_is_saved_and_deleted(monkeypatch, function):
	monkeypatch.setattr(events, function, broken)
	before = frappe.db.count("Error Log")
	address = email("unlucky")
	employee = make_employee(company_email=address)
	if function == "employee_deleted":
		frappe.delete_doc("Employee", employee.name)
		assert not frappe.db.exists("Employee", employee.name)
	else:
		assert frappe.db.exists("Employee", employee.name)
		monkeypatch.undo()
		planner.follow([employee.name])
		assert frappe.db.get_value("LMS Learner", address, "status") == "Active"
	assert frappe.db.count("Error Log") > before


def test_what_the_handler_wrote_is_taken_back_and_hr_s_part_stays(monkeypatch):
	def half(doctype, old, new):
		frappe.get_doc({"doctype": "ToDo", "description": f"half {new}"}).insert()
		broken()

	monkeypatch.setattr(groups, "record_renamed", half)
	department = make_department()
	new = frappe.rename_doc("Department", department, department.split(" - ")[0] + " x", force=True)
	assert frappe.db.exists("Department", new)
	assert not frappe.db.exists("ToDo", {"description": ["like", f"half {new}%"]})


def test_a_queue_that_is_down_does_not_reach_hr(monkeypatch):
	def down(*_arguments, **_options):
		raise ConnectionError("no queue")

	make_employee(make_user(roles=()).name)
	monkeypatch.setattr(frappe, "enqueue", down)
	events._hand_over()
	after_commit()


def test_nothing_is_asked_of_the_database_while_hr_saves(statements):
	employee = make_employee()
	after_commit()
	with statements() as sent:
		events.employee_changed(employee.name)
	assert sent.total == 0
