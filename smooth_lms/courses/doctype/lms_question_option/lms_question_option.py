from frappe.model.document import Document


class LMSQuestionOption(Document):
	pass
