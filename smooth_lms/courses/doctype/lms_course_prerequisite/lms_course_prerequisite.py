from frappe.model.document import Document


class LMSCoursePrerequisite(Document):
	pass
