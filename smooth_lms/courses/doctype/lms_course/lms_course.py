import frappe
from frappe.model.document import Document

from smooth_lms.naming import slug


class LMSCourse(Document):
	def autoname(self) -> None:
		self.name = slug(self.title) or frappe.generate_hash(length=10)
