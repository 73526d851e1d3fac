"""What ERPNext's Company, departments, addresses and holidays do, on the stand-in and the real app alike."""

import pytest

import frappe
from frappe.utils import add_days, today

from sandbox.demo.records import give_holidays

from .records import (
	COMPANY,
	NO_HOLIDAYS,
	ROOT,
	company,
	company_holidays,
	department,
	employee,
	full_company,
	holiday_list,
	new,
	unique,
)


class TestCompany:
	def test_departments(self):
		full_company()
		rows = frappe.get_all("Department", {"company": COMPANY}, ["name", "parent_department", "is_group"])
		assert len(rows) == 13
		assert {"Human Resources - CFW", "Sales - CFW", "Research & Development - CFW"} <= {
			row.name for row in rows
		}
		assert {(row.parent_department, row.is_group) for row in rows} == {(ROOT, 0)}
		assert not frappe.db.get_value("Department", ROOT, "company")
		assert frappe.db.get_value("Department", ROOT, "is_group") == 1

	def test_department_tree(self):
		group = department("Field Force", is_group=1)
		assert group == "Field Force - CFW"
		inner = department("Night Shift", parent_department=group)
		lft, rgt = frappe.db.get_value("Department", group, ["lft", "rgt"])
		inner_lft, inner_rgt = frappe.db.get_value("Department", inner, ["lft", "rgt"])
		assert lft < inner_lft < inner_rgt < rgt
		assert frappe.db.get_value("Department", group, "parent_department") == ROOT

	def test_department_keeps_the_abbreviation(self):
		name = department("Field Force")
		assert frappe.rename_doc("Department", name, "Sea Force") == "Sea Force - CFW"

	def test_cost_centers(self):
		full_company()
		assert frappe.db.get_value("Company", COMPANY, "cost_center") == "Main - CFW"
		assert frappe.db.get_value("Cost Center", "Main - CFW", "parent_cost_center") == f"{COMPANY} - CFW"

	def test_abbreviation_is_one_company_s(self):
		company()
		with pytest.raises(frappe.ValidationError, match="Abbreviation already used"):
			full_company("Another Works", "CFW")

	def test_subsidiary_needs_a_group(self):
		parent = company()
		with pytest.raises(frappe.ValidationError, match="must be a group company"):
			full_company("Daughter Works", "CFD", parent_company=parent)


class TestAddress:
	def address(self, **link):
		return new(
			"Address",
			address_title=unique("Home"),
			address_type="Personal",
			address_line1="1 Dorset Street",
			city="London",
			country="United Kingdom",
			links=[link],
		)

	def test_belongs_to_an_employee(self):
		if not frappe.db.exists("Address Template", {"is_default": 1}):
			new("Address Template", country="Germany", template="{{ city }}", is_default=1)
		doc = employee()
		address = self.address(link_doctype="Employee", link_name=doc.name)
		key = {"parenttype": "Address", "link_doctype": "Employee", "link_name": doc.name}
		assert frappe.get_all("Dynamic Link", key, pluck="parent") == [address.name]

	def test_needs_a_default_template(self):
		frappe.db.delete("Address Template")
		with pytest.raises(frappe.ValidationError, match="No default Address Template"):
			self.address(link_doctype="Employee", link_name=employee().name)


class TestHolidays:
	def test_own_list_before_the_company_s(self):
		from erpnext.setup.doctype.employee.employee import get_holiday_list_for_employee

		doc = employee()
		with pytest.raises(frappe.ValidationError, match=NO_HOLIDAYS):
			get_holiday_list_for_employee(doc.name)
		assert not get_holiday_list_for_employee(doc.name, raise_exception=False)

		general = company_holidays()
		assert get_holiday_list_for_employee(doc.name) == general

		own = holiday_list()
		give_holidays("Employee", doc.name, own)
		frappe.clear_document_cache("Employee", doc.name)
		assert get_holiday_list_for_employee(doc.name) == own

	def test_is_holiday(self):
		from erpnext.setup.doctype.employee.employee import is_holiday

		doc = employee(holiday_list=holiday_list(today()))
		assert is_holiday(doc.name)
		assert not is_holiday(doc.name, add_days(today(), 1))
		assert is_holiday(doc.name, today(), with_description=True) == (True, ["Closed"])

	def test_weekly_off(self):
		doc = frappe.get_doc("Holiday List", holiday_list(weekly_off="Sunday"))
		doc.update({"from_date": "2024-01-01", "to_date": "2024-01-31"})
		doc.get_weekly_off_dates()
		doc.save()
		assert [str(row.holiday_date) for row in doc.holidays] == [
			"2024-01-07",
			"2024-01-14",
			"2024-01-21",
			"2024-01-28",
		]
		assert doc.total_holidays == 4

	def test_days_must_be_in_the_period(self):
		with pytest.raises(frappe.ValidationError, match="not between From Date and To Date"):
			holiday_list(add_days(today(), 500))

	def test_days_must_differ(self):
		with pytest.raises(frappe.ValidationError, match="added multiple times"):
			holiday_list(today(), today())
