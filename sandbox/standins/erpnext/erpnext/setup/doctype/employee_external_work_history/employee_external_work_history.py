from frappe.model.document import Document


class EmployeeExternalWorkHistory(Document):
	pass
