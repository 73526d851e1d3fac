from frappe.model.document import Document


class LMSCalendarFeed(Document):
	pass
