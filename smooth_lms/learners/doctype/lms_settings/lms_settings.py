from frappe.utils import escape_html

from smooth_lms.base.guarded import GuardedDocument
from smooth_lms.courses.scorm_content import checked_origin
from smooth_lms.learners import site_check


class LMSSettings(GuardedDocument):
	def onload(self) -> None:
		"""Tell who sets the site up what is missing."""
		warnings = site_check.warnings()
		if warnings:
			self.set_onload("site_warnings", [escape_html(sentence) for sentence in warnings])

	def validate(self) -> None:
		self.scorm_content_origin = checked_origin(self.scorm_content_origin)
