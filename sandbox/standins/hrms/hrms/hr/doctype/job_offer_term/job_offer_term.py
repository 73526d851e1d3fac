from frappe.model.document import Document


class JobOfferTerm(Document):
	pass
