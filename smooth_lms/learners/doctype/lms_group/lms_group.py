from frappe.model.document import Document


class LMSGroup(Document):
	pass
