import frappe
from frappe import _
from frappe.model.document import Document
from frappe.model.mapper import get_mapped_doc

from hrms.controllers.employee_boarding_controller import EmployeeBoardingController


class IncompleteTaskError(frappe.ValidationError):
	pass


class EmployeeOnboarding(EmployeeBoardingController):
	def validate(self) -> None:
		super().validate()
		if not self.employee:
			self.employee = frappe.db.get_value("Employee", {"job_applicant": self.job_applicant}, "name")
		self.validate_duplicate()

	def validate_duplicate(self) -> None:
		other = frappe.db.get_value(
			"Employee Onboarding",
			{"job_applicant": self.job_applicant, "docstatus": ("!=", 2), "name": ("!=", self.name)},
		)
		if other:
			frappe.throw(
				_("Employee Onboarding: {0} already exists for Job Applicant: {1}").format(
					frappe.bold(other), frappe.bold(self.job_applicant)
				)
			)

	def validate_employee_creation(self) -> None:
		"""Refuses the Employee until the activities that must come first are done."""
		if self.docstatus != 1:
			frappe.throw(_("Submit this to create the Employee record"))
		for activity in self.activities:
			if not activity.required_for_employee_creation:
				continue
			if frappe.db.get_value("Task", activity.task, "status") not in ("Completed", "Cancelled"):
				frappe.throw(
					_("All the mandatory tasks for employee creation are not completed yet."),
					IncompleteTaskError,
				)

	def on_update_after_submit(self) -> None:
		# Activities may be added later; they get their tasks then.
		self.create_task_and_notify_user()

	@frappe.whitelist()
	def mark_onboarding_as_completed(self) -> None:
		for activity in self.activities:
			frappe.db.set_value("Task", activity.task, "status", "Completed")
		frappe.db.set_value("Project", self.project, "status", "Completed")
		self.boarding_status = "Completed"
		self.save()


@frappe.whitelist()
def make_employee(source_name: str, target_doc: str | Document | None = None) -> Document:
	"""An unsaved Employee with what the onboarding knows; the person saves it."""
	frappe.get_doc("Employee Onboarding", source_name).validate_employee_creation()

	def set_missing_values(source: Document, target: Document) -> None:
		target.personal_email = frappe.db.get_value("Job Applicant", source.job_applicant, "email_id")
		target.status = "Active"

	return get_mapped_doc(
		"Employee Onboarding",
		source_name,
		# Fields of one name are taken over as well. first_name is not among them: it stays empty.
		{"Employee Onboarding": {"doctype": "Employee", "field_map": {"employee_grade": "grade"}}},
		target_doc,
		set_missing_values,
	)
