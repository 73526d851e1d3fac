import frappe
from frappe import _
from frappe.utils import escape_html

from smooth_lms import permissions
from smooth_lms.base import health
from smooth_lms.base.guarded import GuardedDocument
from smooth_lms.base.notices import choices
from smooth_lms.courses.scorm import outside
from smooth_lms.courses.scorm.content import checked_origin
from smooth_lms.people import audience


class LMSSettings(GuardedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from smooth_lms.learners.doctype.lms_field_map.lms_field_map import LMSFieldMap
		from smooth_lms.learners.doctype.lms_notice_setting.lms_notice_setting import LMSNoticeSetting

		alert_after_hours: DF.Int
		alerted_on: DF.Datetime | None
		assign_new_people: DF.Check
		certificate_design: DF.Link | None
		certificate_print_format: DF.Link | None
		changed_work_email: DF.Literal[
			"Rename the account", "Mail to the new address", "Leave the account as it is"
		]
		cohorts_have_audiences: DF.Check
		compliance_from_courses: DF.Literal[
			"Every course with a certificate",
			"Mandatory courses and those with a control ID",
			"Only courses named in a Compliance Type",
		]
		confirm_above_percent: DF.Percent
		courses_have_audiences: DF.Check
		days_before_start: DF.Int
		default_learning_profile: DF.Link | None
		disable_leavers: DF.Check
		employees_see_training: DF.Check
		enroll_from_onboarding: DF.Check
		escalate_after_days: DF.Int
		field_map: DF.Table[LMSFieldMap]
		groups_follow: DF.Literal["Department", "Branch", "Cost Center", "Nothing"]
		hold_mail_until_password: DF.Check
		hold_minimum: DF.Int
		hold_next_run: DF.Check
		hold_percent: DF.Percent
		managers_act: DF.Check
		managers_see_training: DF.Check
		mandatory_days: DF.Int
		notices: DF.Table[LMSNoticeSetting]
		onboarding_from: DF.Date | None
		own_company_only: DF.Check
		pause_leave_days: DF.Int
		pause_suspended: DF.Check
		provision_users: DF.Check
		remind: DF.Check
		remind_before: DF.Data | None
		remind_manager: DF.Check
		remind_overdue_every: DF.Int
		remind_weekends: DF.Check
		reminded_on: DF.Date | None
		renewal_window_days: DF.Int
		retention_months: DF.Int
		scorm_allowed_hosts: DF.SmallText | None
		scorm_content_origin: DF.Data | None
		show_name_on_check: DF.Check
		sync_schedule: DF.Literal["Hourly", "Weekdays 08:00 UTC", "Off"]
		who_gets_access: DF.Literal[
			"Everyone in HR except those excluded", "Only people with a learning profile"
		]
	# end: auto-generated types

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
		label = self.meta.get_label("scorm_allowed_hosts")
		self.scorm_allowed_hosts = outside.checked(self.scorm_allowed_hosts, _(label))
		self.validate_default_profile()
		choices.untick_other_ways(self.notices)
		self.update(audience.uses())  # a form that was opened earlier may say otherwise

	def validate_default_profile(self) -> None:
		"""What everybody gets is not what a System Manager gives to some."""
		profile = self.default_learning_profile
		if self.has_value_changed("default_learning_profile") and profile in permissions.restricted():
			sentence = _(
				"{0} is given by System Managers to single people: choose a profile that HR may give."
			)
			frappe.throw(sentence.format(frappe.utils.escape_html(profile)))
