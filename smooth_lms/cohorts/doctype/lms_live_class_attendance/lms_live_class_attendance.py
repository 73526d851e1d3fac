from frappe.model.document import Document


class LMSLiveClassAttendance(Document):
	pass
