from frappe.model.document import Document


class DepartmentApprover(Document):
	pass
