"""HR records that tests need beyond one employee: departments, HR users with limits, many employees at once."""

import frappe
from frappe.utils import add_days, now, today

from sandbox.demo.records import give_holidays
from tests.support.factories import company, make_user, make_users, unique


def make_department(parent: str | None = None, of: str | None = None) -> str:
	"""A Department of the test company, below `parent` if given. Returns its name."""
	top = frappe.db.get_value("Department", {"parent_department": ["is", "not set"]})
	if not top:
		root = frappe.get_doc({"doctype": "Department", "department_name": "All Departments", "is_group": 1})
		root.flags.ignore_mandatory = True
		top = root.insert(ignore_permissions=True).name
	doc = frappe.get_doc(
		{
			"doctype": "Department",
			"department_name": unique("Department"),
			"company": of or company(),
			"parent_department": parent or top,
			"is_group": 0 if parent else 1,
		}
	)
	return doc.insert(ignore_permissions=True).name


def make_hr_user(company: str | None = None, role: str = "HR User") -> str:
	"""A person of HR, limited by a User Permission to the employees of `company` if given."""
	user = make_user(roles=(role,)).name
	if company:
		frappe.get_doc(
			{"doctype": "User Permission", "user": user, "allow": "Company", "for_value": company}
		).insert(ignore_permissions=True)
	return user


def make_leave(employee: str, days: int = 20):
	"""An approved Leave Application from today on, not submitted yet."""
	of = frappe.db.get_value("Employee", employee, "company")
	holidays = frappe.db.get_value("Company", of, "default_holiday_list")
	give_holidays("Employee", employee, holidays)
	return frappe.get_doc(
		{
			"doctype": "Leave Application",
			"employee": employee,
			"leave_type": "Leave Without Pay",
			"company": of,
			"from_date": today(),
			"to_date": add_days(today(), days - 1),
			"status": "Approved",
			"follow_via_email": 0,
		}
	).insert()


def make_many_employees(number: int, *, department: str | None = None) -> list[str]:
	"""Many Active Employees of the test company, each with a learner's account. Returns their users."""
	users, stamp, where = make_users(number), now(), company()
	fields = ("name", "employee_name", "first_name", "user_id", "company", "department", "status")
	frappe.db.bulk_insert(
		"Employee",
		[*fields, "date_of_joining", "creation", "modified", "owner", "modified_by"],
		[
			(
				*(frappe.generate_hash(length=12), user, user, user, where, department, "Active"),
				*("2024-01-01", stamp, stamp, "Administrator", "Administrator"),
			)
			for user in users
		],
	)
	return users


def make_address(employee: str, *, country: str = "Germany", **values) -> str:
	"""An Employee's home address. Returns its name."""
	if not frappe.db.exists("Address Template", {"is_default": 1}):
		template = {"country": country, "is_default": 1, "template": "{{ city }}"}
		frappe.get_doc({"doctype": "Address Template", **template}).insert()
	fields = {"address_type": "Personal", "address_line1": "Main Street 1", "city": "Somewhere", **values}
	link = {"link_doctype": "Employee", "link_name": employee}
	title = {"address_title": unique("Home"), "country": country}
	return frappe.get_doc({"doctype": "Address", **title, **fields, "links": [link]}).insert().name
