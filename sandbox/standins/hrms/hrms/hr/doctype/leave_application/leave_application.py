from frappe.model.document import Document


class LeaveApplication(Document):
	pass
