import contextlib
import datetime

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.model.naming import set_name_by_naming_series
from frappe.permissions import add_user_permission, get_doc_permissions, remove_user_permission
from frappe.utils import comma_or, getdate, today, validate_email_address
from frappe.utils.nestedset import NestedSet, update_nsm

STATUSES = ["Active", "Inactive", "Suspended", "Left"]

# What the tree view calls its root when no company is chosen.
ALL_COMPANIES = "All Companies"

# Roles that only somebody with an Employee record may hold.
EMPLOYEE_ROLES = ("Employee", "Employee Self Service")


class EmployeeUserDisabledError(frappe.ValidationError):
	pass


class InactiveEmployeeStatusError(frappe.ValidationError):
	pass


class Employee(NestedSet):
	nsm_parent_field = "reports_to"

	def autoname(self) -> None:
		set_name_by_naming_series(self)
		self.employee = self.name

	def validate(self) -> None:
		# The order is the real one's: which error comes first is part of what callers see.
		if self.status not in STATUSES:
			frappe.throw(_("Status must be one of {0}").format(comma_or(STATUSES)))

		self.employee = self.name
		self.set_employee_name()
		self.validate_date()
		self.validate_email()
		self.validate_status()
		self.validate_reports_to()
		self.set_preferred_email()

		if self.user_id:
			self.validate_user_details()
		else:
			self.release_previous_user()

	def set_employee_name(self) -> None:
		self.employee_name = " ".join(
			part for part in (self.first_name, self.middle_name, self.last_name) if part
		)

	def validate_date(self) -> None:
		if self.date_of_birth and getdate(self.date_of_birth) > getdate(today()):
			frappe.throw(_("Date of Birth cannot be greater than today."))

		self.validate_from_to_dates("date_of_birth", "date_of_joining")
		for end in ("date_of_retirement", "relieving_date", "contract_end_date"):
			self.validate_from_to_dates("date_of_joining", end)

	def validate_email(self) -> None:
		for email in (self.company_email, self.personal_email):
			if email:
				validate_email_address(email, throw=True)

	def validate_status(self) -> None:
		"""Nobody leaves while active people report to them, or without a last day."""
		if self.status != "Left":
			return

		team = frappe.get_all(
			"Employee",
			filters={"reports_to": self.name, "status": "Active"},
			fields=["name", "employee_name"],
		)
		if team:
			links = [
				frappe.utils.get_link_to_form("Employee", member.name, label=member.employee_name)
				for member in team
			]
			frappe.throw(
				_("The following employees are currently still reporting to {0}:").format(
					frappe.bold(self.employee_name)
				)
				+ f"<ul><li>{'</li><li>'.join(links)}</li></ul>"
				+ _("Please make sure the employees above report to another Active employee."),
				InactiveEmployeeStatusError,
				_("Cannot Relieve Employee"),
			)
		if not self.relieving_date:
			frappe.throw(_("Please enter relieving date."))

	def validate_reports_to(self) -> None:
		# Longer loops are refused by the nested set, when the tree is updated.
		if self.reports_to == self.name:
			frappe.throw(_("Employee cannot report to himself."))

	def set_preferred_email(self) -> None:
		fieldname = frappe.scrub(self.prefered_contact_email or "")
		self.prefered_email = self.get(fieldname) if fieldname else None
		if fieldname and not self.prefered_email:
			frappe.msgprint(_("Please enter {0}").format(self.prefered_contact_email))

	def validate_user_details(self) -> None:
		enabled = frappe.db.get_value("User", self.user_id, "enabled")
		if enabled is None:
			# A user that is gone is forgotten, not complained about.
			self.user_id = None
			return

		if self.status == "Active" and not enabled:
			frappe.throw(_("User {0} is disabled").format(self.user_id), EmployeeUserDisabledError)

		other = frappe.db.get_value(
			"Employee", {"user_id": self.user_id, "status": "Active", "name": ("!=", self.name)}
		)
		if other:
			frappe.throw(
				_("User {0} is already assigned to Employee {1}").format(self.user_id, other),
				frappe.DuplicateEntryError,
			)

	def release_previous_user(self) -> None:
		"""Takes roles and permission from the user this employee had until now."""
		previous = frappe.db.get_value("Employee", self.name, "user_id")
		if not previous:
			return
		user = frappe.get_doc("User", previous)
		validate_employee_role(user, ignore_emp_check=True)
		user.save(ignore_permissions=True)
		remove_user_permission("Employee", self.name, previous)

	def on_update(self) -> None:
		self.update_nsm_model()
		frappe.clear_cache()
		if self.user_id:
			self.update_user()
			self.update_user_permissions()

	def update_nsm_model(self) -> None:
		update_nsm(self)

	def update_user(self) -> None:
		"""Makes the linked user an employee and copies the person's details to it."""
		user = frappe.get_doc("User", self.user_id)
		user.flags.ignore_permissions = True

		if "Employee" not in [row.role for row in user.roles]:
			# The role has desk access: this is what turns a website user into a system user.
			user.append_roles("Employee")

		if self.employee_name and not (user.first_name and user.last_name):
			user.update(split_name(self.employee_name))
		if self.date_of_birth:
			user.birth_date = self.date_of_birth
		if self.gender:
			user.gender = self.gender
		if self.image and not user.user_image:
			user.user_image = self.image
			self.attach_image_to_user()

		user.save()

	def attach_image_to_user(self) -> None:
		with contextlib.suppress(frappe.DuplicateEntryError):
			frappe.get_doc(
				{
					"doctype": "File",
					"file_url": self.image,
					"attached_to_doctype": "User",
					"attached_to_name": self.user_id,
				}
			).insert(ignore_if_duplicate=True)

	def update_user_permissions(self) -> None:
		if not (self.has_value_changed("user_id") or self.has_value_changed("create_user_permission")):
			return

		limited = frappe.db.exists(
			"User Permission", {"allow": "Employee", "for_value": self.name, "user": self.user_id}
		)
		if self.create_user_permission and not limited:
			add_user_permission("Employee", self.name, self.user_id)
			add_user_permission("Company", self.company, self.user_id)
		elif limited and not self.create_user_permission:
			remove_user_permission("Employee", self.name, self.user_id)
			remove_user_permission("Company", self.company, self.user_id)

	def after_rename(self, old: str, new: str, merge: bool = False) -> None:
		self.db_set("employee", new)

	def on_trash(self) -> None:
		self.update_nsm_model()


def split_name(full_name: str) -> dict:
	"""First, middle and last name as the User form has them; absent parts are left out."""
	parts = full_name.split(" ")
	names = {"first_name": parts[0]}
	if len(parts) == 2:
		names["last_name"] = parts[1]
	elif len(parts) > 2:
		names["middle_name"] = parts[1]
		names["last_name"] = " ".join(parts[2:])
	return names


def validate_employee_role(doc: Document, method: str | None = None, ignore_emp_check: bool = False) -> None:
	"""On every save of a User: employee roles stay only while an Employee points to it."""
	if not ignore_emp_check and frappe.db.exists("Employee", {"user_id": doc.name}):
		return

	for role in EMPLOYEE_ROLES:
		for row in doc.get("roles", {"role": role})[:1]:
			frappe.msgprint(
				_("User {0}: Removed {1} role as there is no mapped employee.").format(doc.name, role)
			)
			doc.get("roles").remove(row)


def get_employee_email(employee_doc: Document | dict) -> str | None:
	"""Where to write to the employee: the user first, then the private address."""
	return (
		employee_doc.get("user_id") or employee_doc.get("personal_email") or employee_doc.get("company_email")
	)


def get_employee_emails(employee_list: list[str]) -> list[str]:
	"""One address for each employee that has one."""
	emails = []
	for employee in filter(None, employee_list):
		row = frappe.db.get_value(
			"Employee", employee, ["user_id", "company_email", "personal_email"], as_dict=True
		)
		email = row and (row.user_id or row.company_email or row.personal_email)
		if email:
			emails.append(email)
	return emails


def get_all_employee_emails(company: str) -> list[str]:
	"""One address for each active employee of the company that has one."""
	return get_employee_emails(
		frappe.get_all("Employee", filters={"status": "Active", "company": company}, pluck="name")
	)


def get_holiday_list_for_employee(employee: str | None, raise_exception: bool = True) -> str | None:
	"""The employee's own list, else the company's."""
	holiday_list, company = None, None
	if employee:
		holiday_list, company = frappe.get_cached_value("Employee", employee, ["holiday_list", "company"])
	else:
		company = frappe.db.get_single_value("Global Defaults", "default_company")

	if not holiday_list and company:
		holiday_list = frappe.get_cached_value("Company", company, "default_holiday_list")

	if not holiday_list and raise_exception:
		frappe.throw(
			_("Please set a default Holiday List for Employee {0} or Company {1}").format(employee, company)
		)
	return holiday_list


def is_holiday(
	employee: str | None,
	date: str | datetime.date | None = None,
	raise_exception: bool = True,
	only_non_weekly: bool = False,
	with_description: bool = False,
) -> bool | tuple[bool, list[str]]:
	"""Whether the employee is off on the date (today when none is given)."""
	holiday_list = get_holiday_list_for_employee(employee, raise_exception)
	if not holiday_list:
		return False

	filters = {"parent": holiday_list, "holiday_date": date or today()}
	if only_non_weekly:
		filters["weekly_off"] = 0
	descriptions = frappe.get_all("Holiday", filters=filters, pluck="description")
	return (bool(descriptions), descriptions) if with_description else bool(descriptions)


@frappe.whitelist()
def deactivate_sales_person(status: str | None = None, employee: str | None = None) -> None:
	"""Called by the Employee form; the stand-in has no sales people."""


@frappe.whitelist()
def create_user(employee: str, user: str | None = None, email: str | None = None) -> str:
	"""Creates and links a user for the employee. `user` is ignored, as in the real one."""
	doc = frappe.get_doc("Employee", employee)
	if email:
		doc.prefered_email = email

	new_user = frappe.new_doc("User")
	new_user.update({"middle_name": "", "last_name": ""} | split_name(doc.employee_name))
	new_user.update(
		{
			"email": doc.prefered_email,
			"enabled": 1,
			"gender": doc.gender,
			"birth_date": doc.date_of_birth,
			"phone": doc.cell_number,
			"bio": doc.bio,
		}
	)
	# No ignore_permissions and no flag against the welcome mail: callers meet both.
	new_user.insert()
	doc.user_id = new_user.name
	doc.save()
	return new_user.name


@frappe.whitelist()
def get_children(
	doctype: str,
	parent: str | None = None,
	company: str | None = None,
	is_root: bool | str = False,
	is_tree: bool | str = False,
) -> list[dict]:
	"""One level of the organisation tree, for the desk's tree view."""
	filters = {"status": "Active", "reports_to": ("is", "not set")}
	if company and company != ALL_COMPANIES:
		filters["company"] = company
	# The root's value is the company, or the name for all of them.
	if parent and parent not in (company, ALL_COMPANIES):
		filters["reports_to"] = parent

	rows = frappe.get_list(
		doctype, fields=["name as value", "employee_name as title"], filters=filters, order_by="name"
	)
	for row in rows:
		row.expandable = 1 if frappe.db.exists(doctype, {"reports_to": row.value}) else 0
	return rows


def on_doctype_update() -> None:
	frappe.db.add_index("Employee", ["lft", "rgt"])


def has_user_permission_for_employee(user_name: str, employee_name: str) -> str | None:
	return frappe.db.exists(
		"User Permission", {"user": user_name, "allow": "Employee", "for_value": employee_name}
	)


def has_upload_permission(doc: Document, ptype: str = "read", user: str | None = None) -> bool:
	"""Employees may attach files to their own record."""
	user = user or frappe.session.user
	return bool(get_doc_permissions(doc, user=user, ptype=ptype).get(ptype)) or doc.user_id == user
