"""Monday's starters: an Employee Onboarding for each, submitted in the order in which HR signed them."""

from collections.abc import Mapping

import frappe
from frappe.utils import today

from sandbox.demo import cohorts
from sandbox.demo.company import ENTITIES, holiday_list
from sandbox.demo.people import moved
from sandbox.demo.records import ensure, new
from smooth_lms.learners import events

TEMPLATES = {"New hire": cohorts.NEW_HIRES, "Laser laboratory": cohorts.LABORATORY}
"""The cohort that each Employee Onboarding Template names."""
ACTIVITIES = ({"activity_name": "Prepare computer and accounts"}, {"activity_name": "Lunch with the team"})


def submit_all(starters: list[dict[str, str]], applicants: Mapping[str, str]) -> None:
	"""Submit the onboardings that are missing; the app takes each to a cohort.

	Args: starters, rows of HR's list; applicants, the Job Applicant by e-mail address.
	"""
	done = set(frappe.get_all("Employee Onboarding", pluck="job_applicant", limit=0))
	for row in starters:
		applicant = applicants[row["Email"]]
		if applicant not in done:
			_submit(row, applicant, _template(row))


def _template(row: Mapping[str, str]) -> str | None:
	"""The template that a row of HR's list names; templates belong to one company."""
	title = row["Onboarding Template"]
	if not title:
		return None
	return ensure(
		"Employee Onboarding Template",
		{"title": f"{title} ({ENTITIES[row['Company']].abbr})"},
		company=row["Company"],
		lms_batch=cohorts.name_of(TEMPLATES[title]),
		activities=[dict(activity) for activity in ACTIVITIES],
	)


def _submit(row: Mapping[str, str], applicant: str, template: str | None) -> None:
	joining = moved(row["Date of Joining"])
	doc = new(
		"Employee Onboarding",
		job_applicant=applicant,
		job_offer=frappe.db.get_value("Job Offer", {"job_applicant": applicant}, "name"),
		employee_name=row["Applicant Name"],
		employee_onboarding_template=template,
		company=row["Company"],
		designation=row["Designation"],
		date_of_joining=joining,
		boarding_begins_on=today(),
		holiday_list=holiday_list(row["Company"]),
		activities=[dict(activity) for activity in ACTIVITIES],
	)
	doc.submit()
	# One after the other, so that seats go in the order of signing: the jobs of the app may overtake each other.
	events.run_noted()
