from frappe.model.document import Document


class LMSLearningProfileRole(Document):
	pass
