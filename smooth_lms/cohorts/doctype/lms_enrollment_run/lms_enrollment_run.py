from frappe.model.document import Document


class LMSEnrollmentRun(Document):
	pass
