from frappe.model.document import Document


class LMSTrainingRequirementCourse(Document):
	pass
