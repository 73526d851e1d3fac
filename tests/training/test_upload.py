"""Completions from before, uploaded through Frappe's own Data Import; and the command for administrators."""

import os
import subprocess
import sys

import pytest

import frappe
from frappe.core.doctype.data_import.data_import import start_import
from frappe.utils import getdate

from smooth_lms.training.assignments import assign
from smooth_lms.training.requirement import rules
from smooth_lms.training.runs import start
from tests.conftest import SITE
from tests.support.factories import make_department, make_requirement, make_workforce
from tests.support.server import CHECKOUT
from tests.support.training import DOCTYPE, enrollments_of, remove, rows_of


@pytest.fixture
def company():
	"""Three people and a yearly requirement for them, committed; removed afterwards."""
	department = make_department()
	users = make_workforce(3, department=department)
	doc = make_requirement(audience=[("Include", "Department", department)], recurrence_months=12)
	doc.db_set("active", 1)
	frappe.db.commit()
	yield doc, users
	frappe.db.rollback()
	remove(doc, users)


def upload(lines):
	file = frappe.get_doc(
		{"doctype": "File", "file_name": "completions.csv", "content": "\n".join(lines), "is_private": 1}
	).insert()
	doc = frappe.get_doc(
		{
			"doctype": "Data Import",
			"reference_doctype": DOCTYPE,
			"import_type": "Insert New Records",
			"import_file": file.file_url,
			"mute_emails": 1,
		}
	).insert()
	frappe.db.commit()
	start_import(doc.name)
	frappe.db.commit()
	frappe.flags.in_import = False
	return frappe.db.get_value("Data Import", doc.name, "status")


def test_completions_from_before_count(company):
	doc, users = company
	course = doc.courses[0].course
	assign.assign(rules.load(doc.name), users[:1])
	day = rules.today().replace(day=1)
	lines = ["Member,Course,Completed on", *(f"{user},{course},{day}" for user in users[:2])]
	assert upload(lines) == "Success"
	found = rows_of(users[:2], source="Data Import")
	assert {(row.status, row.completed_on, row.due_date) for row in found} == {("Completed", day, day)}
	assert [row.member for row in found] == users[:2]
	# it closes what was open, and gives nothing to who has it
	closed = rows_of(users[0], requirement=doc.name)[0]
	assert (closed.status, closed.completed_on) == ("Completed", day)
	counts = assign.assign(rules.load(doc.name), users)
	assert (counts["opened"], counts["credited"]) == (1, 1)
	assert len(enrollments_of(users[1], course)) == 0


def test_uploading_the_same_file_again_writes_nothing(company):
	doc, users = company
	lines = ["Member,Course,Completed on", f"{users[0]},{doc.courses[0].course},2026-01-10"]
	assert upload(lines) == "Success"
	assert upload(lines) != "Success"
	assert len(rows_of(users[0])) == 1


def test_one_bad_line_does_not_stop_the_others(company):
	doc, users = company
	course = doc.courses[0].course
	lines = [
		"Member,Course,Completed on",
		f"{users[0]},{course},2099-01-10",
		f"{users[1]},{course},2026-01-10",
	]
	assert upload(lines) == "Partial Success"
	assert [row.completed_on for row in rows_of(users)] == [getdate("2026-01-10")]


def command(*arguments):
	path = os.pathsep.join(filter(None, [str(CHECKOUT), os.environ.get("PYTHONPATH")]))
	line = [sys.executable, "-m", "frappe.utils.bench_helper", "frappe", "--site", SITE]
	return subprocess.run(
		[*line, "assign-mandatory-training", *arguments],
		env=os.environ | {"PYTHONPATH": path},
		capture_output=True,
		text=True,
		timeout=300,
	)


class TestCommand:
	def test_assigns_and_says_so_and_again_has_nothing_to_do(self, company):
		doc, users = company
		found = command("--requirement", doc.name)
		assert (found.returncode, "3 assigned" in found.stdout) == (0, True), found
		frappe.db.rollback()
		assert len(rows_of(users)) == 3
		assert frappe.db.get_value(start.DOCTYPE, {"rule_key": doc.name}, "trigger") == "Command"
		again = command("--requirement", doc.name)
		assert (again.returncode, again.stdout.strip()) == (0, "Nothing to do."), again

	def test_refuses_what_there_is_not(self, company):
		found = command("--requirement", "TR-none")
		assert found.returncode == 2
		assert "There is no active requirement TR-none" in found.stderr

	def test_ends_with_an_error_where_a_run_fails(self, company):
		doc, _users = company
		frappe.db.set_value("LMS Training Requirement", doc.name, "timezone", "Mars/Olympus")
		frappe.db.commit()
		found = command("--requirement", doc.name)
		assert (found.returncode, found.stdout.strip()) == (
			1,
			f"{doc.name} is frozen: Mars/Olympus is not a time zone: choose one such as Europe/Berlin.",
		), found
