import frappe
from frappe.model.document import Document
from frappe.model.naming import append_number_if_name_exists
from frappe.utils import validate_email_address


class JobApplicant(Document):
	def autoname(self) -> None:
		self.name = self.email_id
		if frappe.db.exists("Job Applicant", self.name):
			# Somebody may apply again; the address then gets a number.
			self.name = append_number_if_name_exists("Job Applicant", self.name)

	def validate(self) -> None:
		if self.email_id:
			validate_email_address(self.email_id, throw=True)
		if self.email_id and not self.applicant_name:
			words = self.email_id.split("@")[0].split(".")
			self.applicant_name = " ".join(word.capitalize() for word in words)
