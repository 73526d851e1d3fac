from frappe.model.document import Document


class LMSLiveClass(Document):
	pass
