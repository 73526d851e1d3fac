from frappe.model.document import Document


class LMSEnrollmentRefusal(Document):
	pass
