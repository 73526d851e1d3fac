from frappe.model.document import Document


class EmployeeSkillMap(Document):
	pass
