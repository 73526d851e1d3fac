from frappe.model.document import Document


class LMSLearningProfile(Document):
	pass
