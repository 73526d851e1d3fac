from frappe.model.document import Document


class LMSSyncRun(Document):
	pass
