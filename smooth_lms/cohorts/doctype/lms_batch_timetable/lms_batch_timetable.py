from frappe.model.document import Document


class LMSBatchTimetable(Document):
	pass
