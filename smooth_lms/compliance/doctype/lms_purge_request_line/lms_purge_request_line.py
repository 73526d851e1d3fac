from frappe.model.document import Document


class LMSPurgeRequestLine(Document):
	pass
