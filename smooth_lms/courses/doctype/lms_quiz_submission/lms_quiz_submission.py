from frappe.model.document import Document


class LMSQuizSubmission(Document):
	pass
