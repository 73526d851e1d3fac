from frappe.model.document import Document


class LMSLearnerGroup(Document):
	pass
