from frappe.model.document import Document


class EmployeeTraining(Document):
	pass
