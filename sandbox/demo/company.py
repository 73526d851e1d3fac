"""The company: one group in three countries, with the lists that HR keeps around its people."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import frappe
from frappe.utils import today

from sandbox.demo.records import ensure, give_holidays


@dataclass(frozen=True)
class Entity:
	"""One company of the group."""

	abbr: str
	country: str
	currency: str
	timezone: str
	holidays: Mapping[str, str]
	"""What is celebrated, by month and day."""


ENTITIES = {
	"Fernweg Instruments GmbH": Entity(
		"FWG",
		"Germany",
		"EUR",
		"Europe/Berlin",
		{"01-01": "New Year", "05-01": "Labour Day", "10-03": "German Unity Day", "12-25": "Christmas"},
	),
	"Fernweg Instruments Middle East": Entity(
		"FWM", "United Arab Emirates", "AED", "Asia/Dubai", {"01-01": "New Year", "12-02": "National Day"}
	),
	"Fernweg Instruments Canada": Entity(
		"FWC",
		"Canada",
		"CAD",
		"America/Toronto",
		{"01-01": "New Year", "07-01": "Canada Day", "12-25": "Christmas"},
	),
}
# Departments that are part of another one; a new company brings the usual others by itself.
PART_OF = {"Firmware": "Research & Development", "Optics Lab": "Research & Development"}
# Lists in HR that an export names: the field of the new record, by DocType and column.
LISTS = {
	("Branch", "Branch"): "branch",
	("Designation", "Designation"): "designation_name",
	("Employment Type", "Employment Type"): "employee_type_name",
	("Gender", "Gender"): "gender",
}


def make_company(people: Iterable[Mapping[str, str]]) -> None:
	"""Make the companies, and every branch, department and so on that the rows of the HR export name."""
	people = list(people)
	# The real ERPNext would make a chart of accounts for each.
	frappe.local.flags.ignore_chart_of_accounts = True
	for name, entity in ENTITIES.items():
		_make_entity(name, entity)
	for (doctype, column), field in LISTS.items():
		for value in sorted({row[column] for row in people}):
			ensure(doctype, value, **{field: value})
	for grade in sorted({row["Grade"] for row in people}):
		# Its name is typed, and no field.
		ensure("Employee Grade", grade, __newname=grade)
	for company, department in sorted({(row["Company"], row["Department"]) for row in people}):
		_make_department(company, department)


def department(title: str, company: str) -> str:
	"""The name of a department: its title with the company's abbreviation."""
	return f"{title} - {ENTITIES[company].abbr}"


def holiday_list(company: str) -> str:
	"""The name of a company's holiday list."""
	return f"{company} {date.fromisoformat(today()).year}"


def _make_entity(name: str, entity: Entity) -> None:
	if frappe.db.exists("Company", name):
		return
	ensure(
		"Company",
		name,
		company_name=name,
		abbr=entity.abbr,
		country=entity.country,
		default_currency=entity.currency,
	)
	years = [date.fromisoformat(today()).year + offset for offset in (0, 1)]
	holidays = ensure(
		"Holiday List",
		holiday_list(name),
		holiday_list_name=holiday_list(name),
		from_date=f"{years[0]}-01-01",
		to_date=f"{years[-1]}-12-31",
		holidays=[
			{"holiday_date": f"{year}-{day}", "description": title}
			for year in years
			for day, title in entity.holidays.items()
		],
	)
	give_holidays("Company", name, holidays)


def _make_department(company: str, title: str) -> None:
	parent = PART_OF.get(title)
	if parent and not frappe.db.get_value("Department", department(parent, company), "is_group"):
		_make_department(company, parent)
		frappe.db.set_value("Department", department(parent, company), "is_group", 1)
	ensure(
		"Department",
		department(title, company),
		department_name=title,
		company=company,
		parent_department=department(parent, company) if parent else "All Departments",
	)
