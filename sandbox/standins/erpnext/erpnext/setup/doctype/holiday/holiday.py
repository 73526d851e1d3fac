from frappe.model.document import Document


class Holiday(Document):
	pass
