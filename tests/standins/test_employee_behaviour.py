"""What ERPNext's Employee does, on the stand-in and on the real app alike."""

from unittest.mock import patch

import pytest

import frappe
from frappe.utils import add_days, getdate, today
from frappe.utils.nestedset import NestedSetRecursionError

from .records import (
	COMPANY,
	ROOT,
	company,
	company_holidays,
	department,
	disable,
	email,
	employee,
	full_company,
	holiday_list,
	new,
	permissions,
	recorded_events,
	roles,
	session,
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

	def test_unknown_department_is_accepted(self):
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

	def test_user_stays_enabled_and_keeps_its_role(self):
		account = user()
		doc = employee(user_id=account.name)
		doc.update({"status": "Left", "relieving_date": today()})
		doc.save()
		assert frappe.db.get_value("User", account.name, "enabled") == 1
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
		with pytest.raises(EmployeeUserDisabledError):
			doc.save()

		frappe.db.set_value("User", account.name, "enabled", 1)
		doc.reload()
		doc.update({"status": "Active", "relieving_date": None})
		doc.save()
		assert frappe.db.get_value("Employee", doc.name, "status") == "Active"


class TestUser:
	def test_link_makes_a_system_user(self):
		account = user()
		assert account.user_type == "Website User"
		doc = employee(user_id=account.name)
		account.reload()
		assert account.user_type == "System User"
		assert "Employee" in roles(account.name)
		assert permissions(account.name) == {("Employee", doc.name), ("Company", COMPANY)}
		assert set(
			frappe.get_all("User Permission", {"user": account.name}, pluck="apply_to_all_doctypes")
		) == {1}

	def test_name_is_overwritten_without_last_name(self):
		account = user(first_name="Nick")
		employee(user_id=account.name, middle_name="King")
		account.reload()
		assert (account.first_name, account.middle_name, account.last_name) == ("Ada", "King", "Byron")

	def test_full_name_is_kept(self):
		account = user(first_name="Una", last_name="Own")
		employee(user_id=account.name)
		account.reload()
		assert (account.first_name, account.last_name) == ("Una", "Own")

	def test_birth_date_gender_and_picture_are_copied(self):
		account = user(last_name="Own")
		employee(user_id=account.name, image="https://example.com/ada.png")
		account.reload()
		assert getdate(account.birth_date) == getdate("1990-04-01")
		assert account.gender == "Female"
		assert account.user_image == "https://example.com/ada.png"

	def test_link_added_later(self):
		account = user()
		doc = employee()
		assert permissions(account.name) == set()
		doc.user_id = account.name
		doc.save()
		assert "Employee" in roles(account.name)
		assert ("Employee", doc.name) in permissions(account.name)

	def test_without_permission(self):
		account = user()
		doc = employee(user_id=account.name, create_user_permission=0)
		assert permissions(account.name) == set()
		assert "Employee" in roles(account.name)

		doc.reload()
		doc.create_user_permission = 1
		doc.save()
		assert permissions(account.name) == {("Employee", doc.name), ("Company", COMPANY)}

		doc.reload()
		doc.create_user_permission = 0
		doc.save()
		assert permissions(account.name) == set()

	def test_clearing_takes_role_and_permission(self):
		account = user()
		doc = employee(user_id=account.name)
		doc.reload()
		doc.user_id = None
		doc.save()
		assert "Employee" not in roles(account.name)
		assert ("Employee", doc.name) not in permissions(account.name)
		# The company stays: only the employee's own permission is taken.
		assert ("Company", COMPANY) in permissions(account.name)

	def test_role_needs_an_employee(self):
		account = user()
		account.add_roles("Employee")
		assert "Employee" not in roles(account.name)

	def test_one_active_employee_per_user(self):
		account = user()
		first = employee(user_id=account.name)
		with pytest.raises(frappe.DuplicateEntryError):
			employee(user_id=account.name)

		first.reload()
		first.update({"status": "Left", "relieving_date": today()})
		first.save()
		assert employee(user_id=account.name).user_id == account.name

	def test_disabled_user_is_refused(self):
		from erpnext.setup.doctype.employee.employee import EmployeeUserDisabledError

		account = user()
		disable(account)
		with pytest.raises(EmployeeUserDisabledError):
			employee(user_id=account.name)

	def test_user_that_is_gone_is_dropped(self):
		account = user()
		doc = employee(user_id=account.name)
		frappe.db.delete("User", account.name)
		doc.reload()
		doc.flags.ignore_links = True
		doc.save()
		assert not doc.user_id

	def test_approvers_get_their_roles(self):
		leave, expense = user(), user()
		employee(leave_approver=leave.name, expense_approver=expense.name)
		assert "Leave Approver" in roles(leave.name)
		assert "Expense Approver" in roles(expense.name)

	def test_manager_sees_own_team(self):
		account = user()
		manager = employee(user_id=account.name)
		member = employee(reports_to=manager.name)
		employee()
		with session(account.name):
			assert set(frappe.get_list("Employee", pluck="name")) == {manager.name, member.name}

	def test_hr_sees_everybody(self):
		account = user()
		account.add_roles("HR User")
		doc = employee()
		with session(account.name):
			assert frappe.has_permission("Employee", "write", doc=doc.name)
			assert frappe.has_permission("Employee", "create")

	def test_self_service_users_have_one_role(self):
		account = user()
		employee(user_id=account.name)
		account.reload()
		account.user_type = "Employee Self Service"
		account.save()
		account.reload()
		account.add_roles("Blogger")
		assert roles(account.name) == {"Employee Self Service"}

	def test_create_user(self):
		from erpnext.setup.doctype.employee.employee import create_user

		address = email("created")
		doc = employee(middle_name="King")
		with patch("frappe.core.doctype.user.user.User.send_password_notification"):
			name = create_user(doc.name, user="ignored@example.com", email=address)
		assert name == address
		created = frappe.get_doc("User", name)
		assert (created.first_name, created.middle_name, created.last_name) == ("Ada", "King", "Byron")
		assert frappe.db.get_value("Employee", doc.name, "user_id") == name

	def test_email_of_an_employee(self):
		from erpnext.setup.doctype.employee.employee import get_employee_email

		assert get_employee_email({"user_id": "u", "personal_email": "p", "company_email": "c"}) == "u"
		assert get_employee_email({"personal_email": "p", "company_email": "c"}) == "p"
		assert get_employee_email({"company_email": "c"}) == "c"


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


class TestHolidays:
	def test_own_list_before_the_company_s(self):
		from erpnext.setup.doctype.employee.employee import get_holiday_list_for_employee

		doc = employee()
		with pytest.raises(frappe.ValidationError, match="Please set a default Holiday List"):
			get_holiday_list_for_employee(doc.name)
		assert not get_holiday_list_for_employee(doc.name, raise_exception=False)

		general = company_holidays()
		assert get_holiday_list_for_employee(doc.name) == general

		doc.reload()
		doc.holiday_list = holiday_list()
		doc.save()
		assert get_holiday_list_for_employee(doc.name) == doc.holiday_list

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
