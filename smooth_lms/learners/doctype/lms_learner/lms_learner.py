from frappe.model.document import Document


class LMSLearner(Document):
	pass
