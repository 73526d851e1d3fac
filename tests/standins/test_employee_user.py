"""What linking a User to ERPNext's Employee does, on the stand-in and on the real app alike."""

from unittest.mock import patch

import pytest

import frappe
from frappe.utils import getdate, today

from .records import (
	COMPANY,
	SINCE_16,
	disable,
	email,
	employee,
	permissions,
	roles,
	session,
	user,
)


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

	def test_another_user_leaves_the_first_as_it_was(self):
		first, second = user(), user()
		doc = employee(user_id=first.name)
		doc.reload()
		doc.user_id = second.name
		doc.save()
		assert ("Employee", doc.name) in permissions(first.name) & permissions(second.name)
		assert "Employee" in roles(first.name) & roles(second.name)
		# The role goes when somebody saves that user, the permission never.
		first.reload()
		first.save()
		assert "Employee" not in roles(first.name)
		assert ("Employee", doc.name) in permissions(first.name)

	def test_employee_with_a_permission_cannot_be_deleted(self):
		doc = employee(user_id=user().name)
		frappe.local.dynamic_link_map = None
		with pytest.raises(frappe.LinkExistsError):
			frappe.delete_doc("Employee", doc.name)

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

	@pytest.mark.skipif(SINCE_16, reason="ERPNext 16 enables it: see tests/learners/test_account_switch.py")
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
		account.add_roles("Inbox User")
		assert roles(account.name) == {"Employee Self Service"}

	def test_create_user(self):
		from erpnext.setup.doctype.employee.employee import create_user

		address = email("created")
		doc = employee(middle_name="King")
		with patch("frappe.core.doctype.user.user.User.send_password_notification"):
			# the parameter `user`, which nothing reads, is gone in version 16
			name = create_user(doc.name, email=address)
		assert name == address
		created = frappe.get_doc("User", name)
		assert (created.first_name, created.middle_name, created.last_name) == ("Ada", "King", "Byron")
		assert frappe.db.get_value("Employee", doc.name, "user_id") == name

	def test_email_of_an_employee(self):
		from erpnext.setup.doctype.employee.employee import get_employee_email

		assert get_employee_email({"user_id": "u", "personal_email": "p", "company_email": "c"}) == "u"
		assert get_employee_email({"personal_email": "p", "company_email": "c"}) == "p"
		assert get_employee_email({"company_email": "c"}) == "c"
