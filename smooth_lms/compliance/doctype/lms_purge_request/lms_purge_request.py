from frappe.model.document import Document


class LMSPurgeRequest(Document):
	pass
