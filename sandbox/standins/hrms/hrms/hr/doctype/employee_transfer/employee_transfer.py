import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import get_link_to_form, getdate

from hrms.hr.utils import update_employee_work_history


class EmployeeTransfer(Document):
	def before_submit(self) -> None:
		if getdate(self.transfer_date) > getdate():
			frappe.throw(
				_("Employee Transfer cannot be submitted before Transfer Date"),
				frappe.DocstatusTransitionError,
			)

	def on_submit(self) -> None:
		employee = frappe.get_doc("Employee", self.employee)
		if self.create_new_employee_id:
			self.move_to_new_record(employee)
			return

		employee = update_employee_work_history(employee, self.transfer_details, date=self.transfer_date)
		if self.changes_company():
			employee.company = self.new_company
			employee.date_of_joining = self.transfer_date
		employee.save()

	def move_to_new_record(self, employee: Document) -> None:
		"""The person goes on under a new Employee; the old one has left."""
		new = frappe.copy_doc(employee)
		new.name = None
		new.employee_number = None
		new = update_employee_work_history(new, self.transfer_details, date=self.transfer_date)
		if self.changes_company():
			new.internal_work_history = []
			new.date_of_joining = self.transfer_date
			new.company = self.new_company

		if employee.user_id and not self.changes_user():
			# The user is free before the new record asks for it: it is one active employee's only.
			new.user_id = employee.user_id
			employee.db_set("user_id", "")
		new.insert()
		self.db_set("new_employee_id", new.name)

		# Written past validate and on_update: listeners hear on_change, no more.
		employee.db_set("relieving_date", self.transfer_date)
		employee.db_set("status", "Left")

	def changes_company(self) -> bool:
		return bool(self.new_company and self.new_company != self.company)

	def changes_user(self) -> bool:
		return any(
			detail.fieldname == "user_id" and detail.new != detail.current for detail in self.transfer_details
		)

	def on_cancel(self) -> None:
		employee = frappe.get_doc("Employee", self.employee)
		if self.create_new_employee_id:
			if self.new_employee_id:
				frappe.throw(
					_("Please delete the Employee {0} to cancel this document").format(
						get_link_to_form("Employee", self.new_employee_id)
					)
				)
			employee.status = "Active"
			employee.relieving_date = ""
		else:
			employee = update_employee_work_history(
				employee, self.transfer_details, date=self.transfer_date, cancel=True
			)
		if self.new_company != self.company:
			employee.company = self.company
		employee.save()
