from frappe.model.document import Document


class LMSQuizResult(Document):
	pass
