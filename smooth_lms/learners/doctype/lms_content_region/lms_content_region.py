from frappe.model.document import Document


class LMSContentRegion(Document):
	pass
