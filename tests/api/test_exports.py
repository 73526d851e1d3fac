"""What the desk exports of our records, over HTTP: no cell is a formula."""

import csv
import io
import json
from pathlib import Path

import openpyxl
import pytest

import frappe

from tests.support.factories import make_employee, make_user
from tests.support.server import Server

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


FIELDS = {"LMS Category": ["name", "category"]}
DOORS = {
	"the data export": (
		"frappe.core.doctype.data_export.exporter.export_data",
		{"file_type": "{0}", "select_columns": json.dumps(FIELDS), "with_data": 1, "template": "false"},
	),
	"the template of an import": (
		"frappe.core.doctype.data_import.data_import.download_template",
		{
			"file_type": "{0}",
			"export_fields": json.dumps(FIELDS),
			"export_records": "all",
			"export_filters": "{}",
		},
	),
	"a list made in the background": (
		"frappe.desk.reportview.export_query",
		{
			"file_format_type": "{0}",
			"fields": json.dumps(["`tabLMS Category`.`category`"]),
			"title": "csv",
			"export_in_background": 1,
		},
	),
}


@pytest.mark.parametrize("kind", ["CSV", "Excel"])
@pytest.mark.parametrize("door", DOORS)
def test_every_other_door(server: Server, manager: str, door: str, kind: str) -> None:
	method, arguments = DOORS[door]
	values = {key: kind if value == "{0}" else value for key, value in arguments.items()}
	values["doctype"] = "LMS Category"
	answer = server.session(manager).post(f"{server.url}/api/method/{method}", data=values, timeout=60)
	assert answer.status_code == 200, answer.text
	found = cells_of(answer.content, kind)
	assert [cell for cell in found if cell.startswith(f"'{FORMULA}")]
	assert not [cell for cell in found if cell.startswith("=")]


def test_a_report_of_ours_that_is_stored_as_a_file() -> None:
	values = {"doctype": "Prepared Report", "report_name": "Overdue Training", "name": frappe.generate_hash()}
	frappe.get_doc(values).db_insert()
	attached = {"attached_to_doctype": "Prepared Report", "attached_to_name": values["name"], "is_private": 1}
	content = f'name\n"{FORMULA}"\n'
	file = frappe.get_doc({"doctype": "File", "file_name": "x.csv", "content": content, **attached}).insert()
	assert cells_of(Path(file.get_full_path()).read_bytes(), "CSV") == ["name", f"'{FORMULA}"]


@pytest.mark.parametrize("kind", ["CSV", "XLSX"])
def test_a_report_about_ours_by_mail(manager: str, kind: str) -> None:
	report = frappe.get_doc(
		{
			"doctype": "Report",
			"report_name": frappe.generate_hash(),
			"ref_doctype": "LMS Category",
			"report_type": "Report Builder",
			"is_standard": "No",
			"json": json.dumps(
				{
					"fields": [["category", "LMS Category"]],
					"filters": [],
					"order_by": "`tabLMS Category`.`creation` desc",
				}
			),
		}
	).insert()
	mail = frappe.get_doc(
		{
			"doctype": "Auto Email Report",
			"report": report.name,
			"report_type": "Report Builder",
			"user": "Administrator",
			"email_to": "x@example.com",
			"format": kind,
			"filters": "{}",
			"no_of_rows": 100,
		}
	)
	content = mail.get_report_content()
	found = cells_of(
		content.encode() if isinstance(content, str) else content, "CSV" if kind == "CSV" else "Excel"
	)
	assert [cell for cell in found if cell.startswith(f"'{FORMULA}")]
	assert not [cell for cell in found if cell.startswith("=")]
