from frappe.model.document import Document


class ComplianceTypeCourse(Document):
	pass
