from frappe.model.document import Document


class LMSQuestion(Document):
	pass
