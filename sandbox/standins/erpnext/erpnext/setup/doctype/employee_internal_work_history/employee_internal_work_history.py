from frappe.model.document import Document


class EmployeeInternalWorkHistory(Document):
	pass
