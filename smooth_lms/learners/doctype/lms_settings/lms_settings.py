import frappe
from frappe import _
from frappe.utils import escape_html

from smooth_lms import permissions
from smooth_lms.base.guarded import GuardedDocument
from smooth_lms.courses.scorm.content import checked_origin
from smooth_lms.learners import site_check


class LMSSettings(GuardedDocument):
	def onload(self) -> None:
		"""Tell who sets the site up what is missing, and what is so on this site."""
		warnings = site_check.warnings()
		if warnings:
			self.set_onload("site_warnings", [escape_html(sentence) for sentence in warnings])
		self.set_onload("site_notes", [escape_html(sentence) for sentence in site_check.notes()])

	def validate(self) -> None:
		self.scorm_content_origin = checked_origin(self.scorm_content_origin)
		self.validate_default_profile()

	def validate_default_profile(self) -> None:
		"""What everybody gets is not what a System Manager gives to some."""
		profile = self.default_learning_profile
		if self.has_value_changed("default_learning_profile") and profile in permissions.restricted():
			sentence = _(
				"{0} is given by System Managers to single people: choose a profile that HR may give."
			)
			frappe.throw(sentence.format(frappe.utils.escape_html(profile)))
