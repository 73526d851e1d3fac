"""The people of the HR export, as Employee records. Their accounts come from the app, which follows HR."""

import csv
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import frappe
from frappe.utils import getdate, today
from frappe.utils.password import update_password

from sandbox.demo.company import ENTITIES, department
from sandbox.demo.records import ensure, new

FOLDER = Path(__file__).parent
EXPORTED_MONDAY = date(2026, 3, 16)
"""The Monday on which the starters of the exported files begin: the week 12 that the cohort is named after."""
FIELDS = {
	"Employee Number": "employee_number",
	"First Name": "first_name",
	"Middle Name": "middle_name",
	"Last Name": "last_name",
	"Gender": "gender",
	"Date of Birth": "date_of_birth",
	"Company Email": "company_email",
	"Personal Email": "personal_email",
	"Company": "company",
	"Branch": "branch",
	"Designation": "designation",
	"Grade": "grade",
	"Employment Type": "employment_type",
	"Status": "status",
	"Learning Profile": "lms_learning_profile",
	"Exclude from LMS": "exclude_from_lms",
}
"""Field of Employee by column of the export, for what is taken over as it is."""


def read(name: str) -> list[dict[str, str]]:
	"""The rows of one exported file. Spreadsheets put a mark before the first column's name."""
	with (FOLDER / name).open(encoding="utf-8-sig", newline="") as stream:
		return [{column: value.strip() for column, value in row.items()} for row in csv.DictReader(stream)]


def next_monday() -> date:
	"""The Monday after today, in the sandbox's time zone."""
	day = getdate(today())
	return day + timedelta(days=7 - day.weekday())


def moved(exported: str) -> date | None:
	"""A date of the export, moved by as many weeks as make its starters begin next Monday."""
	return date.fromisoformat(exported) + (next_monday() - EXPORTED_MONDAY) if exported else None


def make_employees(roster: list[dict[str, str]], applicants: Mapping[str, str]) -> None:
	"""Make the Employee records that are missing, managers before those who report to them.

	Args: roster, rows of the export; applicants, the Job Applicant by employee number.
	"""
	made = dict(frappe.get_all("Employee", fields=["employee_number", "name"], as_list=True, limit=0))
	waiting = [row for row in roster if row["Employee Number"] not in made]
	while waiting:
		ready = [row for row in waiting if not row["Reports to"] or row["Reports to"] in made]
		if not ready:
			raise ValueError(f"nobody is the manager of {waiting[0]['Employee Number']}")
		for row in ready:
			number = row["Employee Number"]
			made[number] = _make_employee(row, made.get(row["Reports to"]), applicants.get(number))
		waiting = [row for row in waiting if row not in ready]


def _make_employee(row: Mapping[str, str], manager: str | None, applicant: str | None) -> str:
	values = {field: row[column] or None for column, field in FIELDS.items()}
	return new(
		"Employee",
		**values,
		department=department(row["Department"], row["Company"]),
		date_of_joining=moved(row["Date of Joining"]),
		relieving_date=moved(row["Relieving Date"]),
		reports_to=manager,
		job_applicant=applicant,
	).name


def make_applicants(starters: list[dict[str, str]]) -> dict[str, str]:
	"""The Job Applicants of those who start, by their address; each with the offer they accepted."""
	found = {}
	for row in starters:
		applicant = ensure(
			"Job Applicant",
			{"email_id": row["Email"]},
			applicant_name=row["Applicant Name"],
			designation=row["Designation"],
			status="Accepted",
		)
		ensure(
			"Job Offer",
			{"job_applicant": applicant},
			applicant_name=row["Applicant Name"],
			applicant_email=row["Email"],
			designation=row["Designation"],
			company=row["Company"],
			offer_date=today(),
			status="Accepted",
		)
		found[row["Email"]] = applicant
	return found


def user_of(number: str) -> str | None:
	"""The account of an employee."""
	return frappe.db.get_value("Employee", {"employee_number": number}, "user_id")


def set_time_zones() -> None:
	"""Let everybody read times by the clock of their own country, as they would choose themselves."""
	for company, entity in ENTITIES.items():
		users = frappe.get_all(
			"Employee", filters={"company": company, "user_id": ["is", "set"]}, pluck="user_id", limit=0
		)
		without = frappe.get_all(
			"User", filters={"name": ["in", users], "time_zone": ["is", "not set"]}, pluck="name", limit=0
		)
		if without:
			frappe.db.set_value("User", {"name": ["in", without]}, "time_zone", entity.timezone)


def add_role(user: str, role: str) -> None:
	"""Give somebody a role, as an administrator does; one who has it keeps it."""
	if role not in frappe.get_roles(user):
		frappe.get_doc("User", user).add_roles(role)


def set_password(user: str, password: str) -> None:
	"""Give somebody their first password; one who has any keeps it."""
	auth = frappe.qb.Table("__Auth")
	has_one = (
		frappe.qb.from_(auth)
		.select(auth.name)
		.where((auth.doctype == "User") & (auth.name == user) & (auth.fieldname == "password"))
	).run()
	if not has_one:
		update_password(user, password)
