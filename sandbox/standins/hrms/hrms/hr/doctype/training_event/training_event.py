from frappe.model.document import Document


class TrainingEvent(Document):
	pass
