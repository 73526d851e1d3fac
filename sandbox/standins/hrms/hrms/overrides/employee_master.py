import frappe
from frappe import _
from frappe.model.document import Document
from frappe.model.naming import set_name_by_naming_series
from frappe.utils import add_years, cint, get_link_to_form, getdate

from erpnext.setup.doctype.employee.employee import Employee

# Approver field on Employee, and the role its user gets.
APPROVERS = {"leave_approver": "Leave Approver", "expense_approver": "Expense Approver"}


class EmployeeMaster(Employee):
	def autoname(self) -> None:
		method = frappe.db.get_single_value("HR Settings", "emp_created_by")
		if not method:
			frappe.throw(_("Please setup Employee Naming System in Human Resource > HR Settings"))

		if method == "Naming Series":
			set_name_by_naming_series(self)
		elif method == "Employee Number":
			self.name = self.employee_number
		elif method == "Full Name":
			self.set_employee_name()
			self.name = self.employee_name

		self.employee = self.name


def validate_onboarding_process(doc: Document, method: str | None = None) -> None:
	"""An applicant's open onboarding must be far enough, and learns here who was hired."""
	if not doc.job_applicant:
		return

	name = frappe.db.get_value(
		"Employee Onboarding",
		{
			"job_applicant": doc.job_applicant,
			"docstatus": 1,
			"boarding_status": ("!=", "Completed"),
		},
	)
	if name:
		onboarding = frappe.get_doc("Employee Onboarding", name)
		onboarding.validate_employee_creation()
		onboarding.db_set("employee", doc.name)


def update_job_applicant_and_offer(doc: Document, method: str | None = None) -> None:
	"""Hiring somebody accepts the application and the offer."""
	if not doc.job_applicant:
		return

	if frappe.db.get_value("Job Applicant", doc.job_applicant, "status") != "Accepted":
		frappe.db.set_value("Job Applicant", doc.job_applicant, "status", "Accepted")
		frappe.msgprint(
			_("Updated the status of linked Job Applicant {0} to {1}").format(
				get_link_to_form("Job Applicant", doc.job_applicant), frappe.bold(_("Accepted"))
			)
		)

	offer = frappe.db.get_value(
		"Job Offer",
		{"job_applicant": doc.job_applicant, "docstatus": ("!=", 2), "status": ("!=", "Accepted")},
	)
	if offer:
		job_offer = frappe.get_doc("Job Offer", offer)
		job_offer.status = "Accepted"
		job_offer.flags.ignore_mandatory = True
		job_offer.flags.ignore_permissions = True
		job_offer.save()


def update_approver_role(doc: Document, method: str | None = None) -> None:
	"""Whoever approves for an employee gets the role to do so."""
	for fieldname, role in APPROVERS.items():
		if doc.get(fieldname):
			user = frappe.get_doc("User", doc.get(fieldname))
			user.flags.ignore_permissions = True
			user.add_roles(role)


def update_approver_user_roles(doc: Document, method: str | None = None) -> None:
	"""On every save of a User: an approver cannot lose the role while an Employee names them."""
	roles = [
		role for fieldname, role in APPROVERS.items() if frappe.db.exists("Employee", {fieldname: doc.name})
	]
	if roles:
		doc.append_roles(*roles)


def update_employee_transfer(doc: Document, method: str | None = None) -> None:
	"""A transfer forgets the new record when that is deleted, and can then be cancelled."""
	transfer = frappe.db.get_value("Employee Transfer", {"new_employee_id": doc.name, "docstatus": 1})
	if transfer:
		frappe.get_doc("Employee Transfer", transfer).db_set("new_employee_id", "")


@frappe.whitelist()
def get_retirement_date(date_of_birth: str | None = None) -> str | None:
	"""Called by the Employee form."""
	if not date_of_birth:
		return None
	age = cint(frappe.db.get_single_value("HR Settings", "retirement_age")) or 60
	return add_years(getdate(date_of_birth), age).strftime("%Y-%m-%d")
