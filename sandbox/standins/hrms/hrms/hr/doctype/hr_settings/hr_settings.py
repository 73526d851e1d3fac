from frappe.custom.doctype.property_setter.property_setter import make_property_setter
from frappe.model.document import Document


class HRSettings(Document):
	def validate(self) -> None:
		self.set_naming_fields()

	def set_naming_fields(self) -> None:
		"""Employee asks for what its name is made of: the series, or the employee number."""
		by_series = self.emp_created_by == "Naming Series"
		for fieldname, wanted in (("naming_series", by_series), ("employee_number", not by_series)):
			for prop, value in (("hidden", not wanted), ("reqd", wanted)):
				make_property_setter(
					"Employee", fieldname, prop, int(value), "Check", validate_fields_for_doctype=False
				)
