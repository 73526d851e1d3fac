from frappe.model.document import Document


class LMSSCORMPackage(Document):
	pass
