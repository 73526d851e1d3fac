from frappe.model.document import Document


class LMSCertificateRun(Document):
	pass
