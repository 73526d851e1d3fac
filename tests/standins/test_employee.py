"""What ERPNext's Employee does, on the stand-in and on the real app alike."""

import pytest

import frappe
from frappe.utils import today
from frappe.utils.nestedset import NestedSetRecursionError

from .records import (
	SINCE_16,
	disable,
	email,
	employee,
	new,
	permissions,
	recorded_events,
	roles,
	unique,
	user,
)


class TestNaming:
	def test_series(self):
		frappe.db.set_single_value("HR Settings", "emp_created_by", "Naming Series")
		doc = employee()
		assert doc.name.startswith("HR-EMP-")
		assert doc.employee == doc.name

	def test_employee_number(self):
		frappe.db.set_single_value("HR Settings", "emp_created_by", "Employee Number")
		assert employee(employee_number="E-4711-CFW").name == "E-4711-CFW"

	def test_full_name(self):
		frappe.db.set_single_value("HR Settings", "emp_created_by", "Full Name")
		assert employee(first_name="Zoë", middle_name="Q", last_name="Conform").name == "Zoë Q Conform"

	def test_full_name_is_worked_out(self):
		assert employee(employee_name="Somebody Else").employee_name == "Ada Byron"
		assert employee(last_name=None).employee_name == "Ada"

	def test_rename_keeps_employee_and_links(self):
		manager = employee()
		member = employee(reports_to=manager.name)
		account = user()
		manager.user_id = account.name
		manager.save()

		# Frappe remembers per process which records the permissions point to.
		frappe.local.dynamic_link_map = None
		name = frappe.rename_doc("Employee", manager.name, unique("EMP"))
		assert frappe.db.get_value("Employee", name, "employee") == name
		assert frappe.db.get_value("Employee", member.name, "reports_to") == name
		assert ("Employee", name) in permissions(account.name)

	def test_merge(self):
		manager, other = employee(), employee()
		member = employee(reports_to=manager.name)
		frappe.rename_doc("Employee", manager.name, other.name, merge=True)
		assert not frappe.db.exists("Employee", manager.name)
		assert frappe.db.get_value("Employee", member.name, "reports_to") == other.name

	def test_renamed_user_stays_linked(self):
		account = user()
		doc = employee(user_id=account.name)
		name = frappe.rename_doc("User", account.name, email("renamed"))
		assert frappe.db.get_value("Employee", doc.name, "user_id") == name


class TestValidation:
	@pytest.mark.parametrize(
		"fieldname", ["first_name", "gender", "date_of_birth", "date_of_joining", "company"]
	)
	def test_mandatory(self, fieldname):
		with pytest.raises(frappe.MandatoryError):
			employee(**{fieldname: None})

	def test_status_has_a_default(self):
		assert employee(status=None).status == "Active"

	def test_unknown_status(self):
		with pytest.raises(frappe.ValidationError, match="Status must be one of"):
			employee(status="Retired")

	@pytest.mark.parametrize(
		("values", "error"),
		[
			({"date_of_birth": "2999-01-01"}, frappe.ValidationError),
			({"date_of_birth": "2020-01-07"}, frappe.InvalidDates),
			({"relieving_date": "2019-01-01"}, frappe.InvalidDates),
			({"contract_end_date": "2019-01-01"}, frappe.InvalidDates),
			({"date_of_retirement": "2019-01-01"}, frappe.InvalidDates),
			({"company_email": "no address"}, frappe.InvalidEmailAddressError),
			({"personal_email": "no address"}, frappe.InvalidEmailAddressError),
			({"designation": "No such designation"}, frappe.LinkValidationError),
			({"user_id": "nobody-at-all@example.com"}, frappe.LinkValidationError),
		],
	)
	def test_bad_values(self, values, error):
		with pytest.raises(error):
			employee(**values)

	def test_unknown_department(self):
		if SINCE_16:
			with pytest.raises(frappe.LinkValidationError):
				employee(department="No such department")
			return
		# Another field is fetched from the department, and Frappe then forgets to complain.
		assert employee(department="No such department").department == "No such department"

	def test_links_are_checked_before_the_status(self):
		with pytest.raises(frappe.LinkValidationError):
			employee(status="Left", designation="No such designation")

	@pytest.mark.parametrize(
		("choice", "expected"),
		[
			("Company Email", "work@example.com"),
			("Personal Email", "home@example.com"),
			("", None),
			(None, None),
		],
	)
	def test_preferred_email(self, choice, expected):
		doc = employee(
			company_email="work@example.com",
			personal_email="home@example.com",
			prefered_contact_email=choice,
		)
		assert doc.prefered_email == expected

	def test_preferred_email_may_be_the_user(self):
		account = user()
		doc = employee(user_id=account.name, prefered_contact_email="User ID")
		assert doc.prefered_email == account.name


class TestEvents:
	def test_order_on_save(self):
		doc = employee()
		with recorded_events("Employee", doc.name) as events:
			doc.bio = "Writes programs"
			doc.save()
		assert events == ["before_validate", "validate", "before_save", "on_update", "on_change"]

	def test_db_set_fires_on_change_only(self):
		doc = employee()
		with recorded_events("Employee", doc.name) as events:
			doc.db_set("bio", "Writes programs")
		assert events == ["on_change"]

	def test_save_leaves_a_version_and_db_set_none(self):
		doc = employee()
		doc.db_set("bio", "First")
		count = {"ref_doctype": "Employee", "docname": doc.name}
		before = frappe.db.count("Version", count)
		doc.reload()
		doc.branch = new("Branch", branch=unique("Branch")).name
		doc.save()
		assert frappe.db.count("Version", count) == before + 1


class TestTree:
	def test_manager_spans_the_team(self):
		manager = employee()
		member = employee(reports_to=manager.name)
		below = employee(reports_to=member.name)
		manager.reload()
		for doc in (member, below):
			doc.reload()
			assert manager.lft < doc.lft < doc.rgt < manager.rgt

	def test_nobody_reports_to_themselves(self):
		doc = employee()
		doc.reports_to = doc.name
		with pytest.raises(frappe.ValidationError, match="cannot report to himself"):
			doc.save()

	def test_loops_are_refused(self):
		manager = employee()
		member = employee(reports_to=manager.name)
		manager.reload()
		manager.reports_to = member.name
		with pytest.raises(NestedSetRecursionError):
			manager.save()

	def test_a_manager_cannot_be_deleted(self):
		manager = employee()
		employee(reports_to=manager.name)
		with pytest.raises(frappe.LinkExistsError):
			frappe.delete_doc("Employee", manager.name)

	def test_others_can(self):
		doc = employee()
		frappe.delete_doc("Employee", doc.name)
		assert not frappe.db.exists("Employee", doc.name)


class TestLeaving:
	def test_needs_a_relieving_date(self):
		doc = employee()
		doc.status = "Left"
		with pytest.raises(frappe.ValidationError, match="Please enter relieving date"):
			doc.save()

	def test_refused_while_somebody_active_reports(self):
		from erpnext.setup.doctype.employee.employee import InactiveEmployeeStatusError

		manager = employee()
		member = employee(reports_to=manager.name)
		manager.reload()
		manager.status = "Left"
		# The team comes first: without a date either, this is the error.
		with pytest.raises(InactiveEmployeeStatusError):
			manager.save()

		member.reload()
		member.status = "Suspended"
		member.save()
		manager.reload()
		manager.update({"status": "Left", "relieving_date": today()})
		manager.save()
		assert frappe.db.get_value("Employee", manager.name, "status") == "Left"

	def test_user_keeps_its_role(self):
		account = user()
		doc = employee(user_id=account.name)
		doc.update({"status": "Left", "relieving_date": today()})
		doc.save()
		assert frappe.db.get_value("User", account.name, "enabled") == (0 if SINCE_16 else 1)
		assert "Employee" in roles(account.name)
		assert frappe.db.get_value("Employee", doc.name, "user_id") == account.name

	def test_rehire_with_disabled_user(self):
		from erpnext.setup.doctype.employee.employee import EmployeeUserDisabledError

		account = user()
		doc = employee(user_id=account.name)
		doc.update({"status": "Left", "relieving_date": today()})
		doc.save()
		disable(account)

		doc.reload()
		doc.save()  # whoever has left may have a disabled user
		doc.status = "Active"
		if SINCE_16:
			doc.save()
			assert frappe.db.get_value("User", account.name, "enabled") == 1
			return
		with pytest.raises(EmployeeUserDisabledError):
			doc.save()

		frappe.db.set_value("User", account.name, "enabled", 1)
		doc.reload()
		doc.update({"status": "Active", "relieving_date": None})
		doc.save()
		assert frappe.db.get_value("Employee", doc.name, "status") == "Active"
