from frappe.model.document import Document


class EmployeeSeparationTemplate(Document):
	pass
