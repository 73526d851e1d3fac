from frappe.model.document import Document


class ComplianceTypeQuiz(Document):
	pass
