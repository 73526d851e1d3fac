"""What the desk exports of our records, over HTTP: no cell is a formula."""

import csv
import io
import json

import openpyxl
import pytest

import frappe

from tests.factories import make_employee, make_user
from tests.server import Server

FORMULA = "=HYPERLINK(1)"


@pytest.fixture(scope="module")
def manager() -> str:
	"""Somebody who exports, and a person with a formula for a name."""
	name = make_user(roles=("System Manager", "Moderator")).name
	user = make_user(first_name=FORMULA, last_name="x;=1").name
	make_employee(user)
	batch = frappe.get_doc({"doctype": "LMS Category", "category": f"{FORMULA} {frappe.generate_hash()}"})
	batch.insert()
	frappe.db.commit()
	return name


def cells_of(content: bytes, kind: str) -> list[str]:
	if kind == "CSV":
		return [cell for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))) for cell in row]
	book = openpyxl.load_workbook(io.BytesIO(content))
	found = [cell for row in book.active.iter_rows() for cell in row]
	assert not [cell.value for cell in found if cell.data_type == "f"]
	return [str(cell.value) for cell in found]


@pytest.mark.parametrize("kind", ["CSV", "Excel"])
def test_a_list_of_ours(server: Server, manager: str, kind: str) -> None:
	arguments = {
		"doctype": "LMS Category",
		"fields": json.dumps(["`tabLMS Category`.`category`"]),
		"file_format_type": kind,
		"title": "Categories",
	}
	answer = server.session(manager).post(
		f"{server.url}/api/method/frappe.desk.reportview.export_query", data=arguments, timeout=60
	)
	assert answer.status_code == 200, answer.text
	found = cells_of(answer.content, kind)
	assert [cell for cell in found if cell.startswith(f"'{FORMULA}")]
	assert not [cell for cell in found if cell.startswith("=")]


def test_a_list_of_others_stays_as_it_is(server: Server, manager: str) -> None:
	frappe.get_doc({"doctype": "ToDo", "description": FORMULA}).insert()
	frappe.db.commit()
	arguments = {
		"doctype": "ToDo",
		"fields": json.dumps(["`tabToDo`.`description`"]),
		"file_format_type": "CSV",
	}
	answer = server.session(manager).post(
		f"{server.url}/api/method/frappe.desk.reportview.export_query", data=arguments, timeout=60
	)
	assert FORMULA in cells_of(answer.content, "CSV")
