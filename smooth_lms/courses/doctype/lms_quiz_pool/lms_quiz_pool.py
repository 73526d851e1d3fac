from frappe.model.document import Document


class LMSQuizPool(Document):
	pass
