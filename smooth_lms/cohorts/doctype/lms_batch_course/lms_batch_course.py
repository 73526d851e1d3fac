from frappe.model.document import Document


class LMSBatchCourse(Document):
	pass
