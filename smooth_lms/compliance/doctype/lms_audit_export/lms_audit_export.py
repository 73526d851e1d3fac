from frappe.model.document import Document


class LMSAuditExport(Document):
	pass
