from frappe.model.document import Document

from smooth_lms.courses.scorm_content import checked_origin


class LMSSettings(Document):
	def validate(self) -> None:
		self.scorm_content_origin = checked_origin(self.scorm_content_origin)
