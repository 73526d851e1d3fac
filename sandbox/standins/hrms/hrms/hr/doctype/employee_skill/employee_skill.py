from frappe.model.document import Document


class EmployeeSkill(Document):
	pass
