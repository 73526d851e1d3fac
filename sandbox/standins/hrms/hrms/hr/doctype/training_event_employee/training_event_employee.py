from frappe.model.document import Document


class TrainingEventEmployee(Document):
	pass
