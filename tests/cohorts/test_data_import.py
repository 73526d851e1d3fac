"""Frappe's own Data Import of LMS Batch Enrollment: through the same door, from CSV and from Excel."""

import pytest

import frappe
from frappe.utils.xlsxutils import make_xlsx

from smooth_lms.cohorts.importing import file as enrollment_file
from tests.support.factories import make_batch, make_employee, make_users

HEADINGS = ("Cohort", "Member", "Reason for the exception")


def data_import(kind: str, rows: list[tuple]):
	"""A Data Import document with its file, as the desk makes it."""
	data = [HEADINGS, *rows]
	content = (
		make_xlsx([list(row) for row in data], "People").getvalue()
		if kind == "xlsx"
		else enrollment_file.write(data[0], data[1:]).decode("utf-8-sig").encode()
	)
	file = frappe.get_doc(
		{"doctype": "File", "file_name": f"people.{kind}", "content": content, "is_private": 1}
	).insert(ignore_permissions=True)
	return frappe.get_doc(
		{
			"doctype": "Data Import",
			"reference_doctype": "LMS Batch Enrollment",
			"import_type": "Insert New Records",
			"import_file": file.file_url,
			"mute_emails": 1,
		}
	).insert(ignore_permissions=True)


def start(doc) -> str:
	from frappe.core.doctype.data_import.data_import import start_import

	frappe.db.commit()  # Frappe's importer commits and rolls back as it goes
	start_import(doc.name)
	frappe.db.commit()  # as the background job does at its end
	return frappe.db.get_value("Data Import", doc.name, "status")


def enrollments(batch: str) -> dict[str, frappe._dict]:
	fields = ["member", "status", "source", "employee", "confirmation_due", "override_reason"]
	rows = frappe.get_all("LMS Batch Enrollment", filters={"batch": batch}, fields=fields, limit=0)
	return {row.member: row for row in rows}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_import_goes_through_the_door(kind):
	batch = make_batch(courses=2, seat_count=2, enable_waitlist=1)
	users = make_users(3)
	employee = make_employee(users[0])
	assert start(data_import(kind, [(batch.name, user, "") for user in users])) == "Success"
	found = enrollments(batch.name)
	assert [found[user].status for user in users] == ["Enrolled", "Enrolled", "Waitlisted"]
	assert {row.source for row in found.values()} == {"Data Import"}
	assert found[users[0]].employee == employee.name
	assert not any(row.confirmation_due for row in found.values())  # the import mutes mails
	assert frappe.db.count("LMS Enrollment", {"batch": batch.name}) == 4


def test_rows_that_the_rules_refuse_stop_nobody_else():
	full = make_batch(seat_count=1)
	users = make_users(3)
	doc = data_import(
		"csv", [(full.name, users[0], ""), (full.name, users[1], ""), (full.name, users[2], "CEO")]
	)
	assert start(doc) == "Partial Success"
	found = enrollments(full.name)
	assert set(found) == {users[0], users[2]}
	assert found[users[2]].override_reason == "CEO"
	logs = frappe.get_all("Data Import Log", {"data_import": doc.name, "success": 0}, ["exception"])
	assert len(logs) == 1
	assert f"{users[1]}: This cohort is full." in logs[0].exception


@pytest.mark.parametrize("number", [300, pytest.param(10_000, marks=pytest.mark.full)])
def test_many_rows(number):
	batch = make_batch()
	users = make_users(number)
	assert start(data_import("csv", [(batch.name, user, "") for user in users])) == "Success"
	assert frappe.db.get_value("LMS Batch", batch.name, "seats_taken") == number
	assert frappe.db.count("LMS Enrollment", {"batch": batch.name}) == number
