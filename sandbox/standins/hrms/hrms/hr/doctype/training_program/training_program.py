from frappe.model.document import Document


class TrainingProgram(Document):
	pass
