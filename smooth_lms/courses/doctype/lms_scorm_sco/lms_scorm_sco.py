from frappe.model.document import Document


class LMSSCORMSCO(Document):
	pass
