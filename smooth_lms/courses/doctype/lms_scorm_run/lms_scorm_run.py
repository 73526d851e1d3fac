from frappe.model.document import Document


class LMSSCORMRun(Document):
	pass
