import frappe
from frappe import _
from frappe.model.document import Document
from frappe.model.mapper import get_mapped_doc


class JobOffer(Document):
	def onload(self) -> None:
		employee = frappe.db.get_value("Employee", {"job_applicant": self.job_applicant}, "name")
		self.set_onload("employee", employee or "")

	def validate(self) -> None:
		other = frappe.db.get_value(
			"Job Offer",
			{"job_applicant": self.job_applicant, "docstatus": ("!=", 2), "name": ("!=", self.name)},
		)
		if other:
			frappe.throw(
				_("Job Offer: {0} is already for Job Applicant: {1}").format(
					frappe.bold(other), frappe.bold(self.job_applicant)
				)
			)

	def on_change(self) -> None:
		if self.status in ("Accepted", "Rejected"):
			frappe.set_value("Job Applicant", self.job_applicant, "status", self.status)


@frappe.whitelist()
def make_employee(source_name: str, target_doc: str | Document | None = None) -> Document:
	"""An unsaved Employee with what the offer knows; the person saves it."""

	def set_missing_values(source: Document, target: Document) -> None:
		target.personal_email, target.first_name = frappe.db.get_value(
			"Job Applicant", source.job_applicant, ["email_id", "applicant_name"]
		)

	return get_mapped_doc(
		"Job Offer",
		source_name,
		{
			"Job Offer": {
				"doctype": "Employee",
				"field_map": {
					"applicant_name": "employee_name",
					"offer_date": "scheduled_confirmation_date",
				},
			}
		},
		target_doc,
		set_missing_values,
	)
