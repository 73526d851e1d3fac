from frappe.model.document import Document


class DesignationSkill(Document):
	pass
