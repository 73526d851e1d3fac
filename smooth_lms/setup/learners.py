"""What the roster starts with: learning profiles, the field map, and the day from which onboardings count."""

import frappe
from frappe.utils import getdate, today

from smooth_lms.base.rows import set_single
from smooth_lms.marked import _

PROFILES = {
	"Learner": (_("Takes courses and joins cohorts."), ["LMS Student"]),
	"Instructor": (_("Teaches cohorts and sees who is in them."), ["LMS Student", "Batch Evaluator"]),
	"Author": (_("Writes courses."), ["LMS Student", "Course Creator"]),
	"Evaluator": (_("Marks what learners hand in."), ["LMS Student", "Batch Evaluator"]),
	"Moderator": (_("Runs cohorts and courses for everybody."), ["LMS Student", "Moderator"]),
	"Team viewer": (_("Sees the training of their team."), ["LMS Student", "LMS Team Viewer"]),
}

FIELD_MAP = (
	("first_name", "Employee", "first_name"),
	("last_name", "Employee", "last_name"),
	("language", "User", "language"),
	("work_email", "Employee", "company_email"),
	("company", "Employee", "company"),
	("job_title", "Employee", "designation"),
	("department", "Employee", "department"),
	("branch", "Employee", "branch"),
	("home_phone", "Address", "phone"),
	("cell_phone", "Employee", "cell_number"),
	("address", "Address", "address_line1"),
	("address_line_2", "Address", "address_line2"),
	("city", "Address", "city"),
	("province", "Address", "state"),
	("country", "Address", "country"),
	("postal_code", "Address", "pincode"),
	("registration_date", "Employee", "date_of_joining"),
	("expiration_date", "Fixed value", "100 years"),
	("notifications_enabled", "Fixed value", "1"),
	("access_mode", "Fixed value", "Request"),
)
"""Field of the learner, where it comes from, field there or value. The list of one HR system's training interface."""


def sync_learner_records() -> None:
	"""Make what is missing; what an administrator changed stays."""
	for title, (description, roles) in PROFILES.items():
		if not frappe.db.exists("LMS Learning Profile", title):
			frappe.get_doc(
				{
					"doctype": "LMS Learning Profile",
					"title": title,
					"description": description,
					"roles": [{"role": role} for role in roles],
				}
			).insert(ignore_permissions=True)
	settings = frappe.get_doc("LMS Settings")
	changed = False
	if not settings.field_map:
		changed = True
		for learner_field, source, source_field in FIELD_MAP:
			settings.append(
				"field_map",
				{"learner_field": learner_field, "source": source, "source_field": source_field},
			)
	for field, value in (("onboarding_from", today()), ("default_learning_profile", "Learner")):
		if not settings.get(field):
			changed = True
			settings.set(field, value)
	if changed:
		settings.flags.ignore_permissions = True
		settings.save()


def after_setup_wizard(arguments: dict | None = None) -> None:
	"""Hook: the wizard has set the site's time zone, in which the day of the installation may still be tomorrow."""
	since = frappe.db.get_single_value("LMS Settings", "onboarding_from")
	if since and getdate(since) > getdate(today()):
		set_single("LMS Settings", {"onboarding_from": today()})
