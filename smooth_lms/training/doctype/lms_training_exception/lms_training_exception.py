from frappe.model.document import Document


class LMSTrainingException(Document):
	pass
