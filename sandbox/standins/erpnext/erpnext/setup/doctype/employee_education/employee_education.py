from frappe.model.document import Document


class EmployeeEducation(Document):
	pass
