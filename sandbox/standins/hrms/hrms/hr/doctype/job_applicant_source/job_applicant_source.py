from frappe.model.document import Document


class JobApplicantSource(Document):
	pass
