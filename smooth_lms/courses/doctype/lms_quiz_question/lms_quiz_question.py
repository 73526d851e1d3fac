from frappe.model.document import Document


class LMSQuizQuestion(Document):
	pass
