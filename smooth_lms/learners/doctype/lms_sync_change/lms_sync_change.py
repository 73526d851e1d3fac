from frappe.model.document import Document


class LMSSyncChange(Document):
	pass
