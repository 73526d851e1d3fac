import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate

from hrms.hr.utils import update_employee_work_history, validate_active_employee


class EmployeePromotion(Document):
	def validate(self) -> None:
		validate_active_employee(self.employee)

	def before_submit(self) -> None:
		if getdate(self.promotion_date) > getdate():
			frappe.throw(
				_("Employee Promotion cannot be submitted before Promotion Date"),
				frappe.DocstatusTransitionError,
			)

	def on_submit(self) -> None:
		self.change_employee(self.revised_ctc)

	def on_cancel(self) -> None:
		self.change_employee(self.current_ctc, cancel=True)

	def change_employee(self, ctc: float | None, cancel: bool = False) -> None:
		employee = frappe.get_doc("Employee", self.employee)
		date = None if cancel else self.promotion_date
		employee = update_employee_work_history(employee, self.promotion_details, date=date, cancel=cancel)
		if self.revised_ctc:
			employee.ctc = ctc
		employee.save()
