import frappe
from frappe import _
from frappe.utils import escape_html

from smooth_lms import permissions
from smooth_lms.base import health
from smooth_lms.base.guarded import GuardedDocument
from smooth_lms.courses.scorm.content import checked_origin


class LMSSettings(GuardedDocument):
	def onload(self) -> None:
		"""Tell who sets the site up what is missing, and what is so on this site."""
		found = health.findings(health.DATABASE)
		missing = [escape_html(str(finding)) for finding in found if finding.level != health.FACT]
		if missing:
			self.set_onload("site_warnings", missing)
		notes = [escape_html(str(finding)) for finding in found if finding.level == health.FACT]
		self.set_onload("site_notes", notes)

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
