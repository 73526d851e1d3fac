from frappe.model.document import Document


class CourseLessonCaption(Document):
	pass
