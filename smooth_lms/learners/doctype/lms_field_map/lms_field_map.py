from frappe.model.document import Document


class LMSFieldMap(Document):
	pass
