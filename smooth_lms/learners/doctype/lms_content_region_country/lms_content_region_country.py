from frappe.model.document import Document


class LMSContentRegionCountry(Document):
	pass
