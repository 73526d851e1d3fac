from frappe.model.document import Document


class OfferTerm(Document):
	pass
