from frappe.model.document import Document


class CourseInstructor(Document):
	pass
