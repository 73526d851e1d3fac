"""Loads the demo and prints what became of everybody. Run in a connected site; a second run changes nothing.

The HR export makes the Employee records, and submitted Employee Onboardings say who starts on Monday. Accounts and
enrollments are made by the app, as in a real company: nothing here writes them.
"""

import frappe

from sandbox import site_setup
from sandbox.demo import cohorts, company, content, onboarding, people, result, training
from sandbox.demo.logins import LOGINS, PASSWORD
from sandbox.demo.records import caches_cleared_once
from smooth_lms.learners import events


def main() -> None:
	"""Load what is missing and print the result."""
	roster, starters = people.read("roster.csv"), people.read("starters.csv")
	with caches_cleared_once():
		load(roster, starters)
	frappe.local.message_log = []
	print(result.table(roster, starters))
	print(result.logins({role: people.user_of(number) for role, number in LOGINS.items()}, PASSWORD))
	frappe.db.commit()
	site_setup.work_off_jobs()


def load(roster: list[dict[str, str]], starters: list[dict[str, str]]) -> None:
	"""Make what is missing."""
	company.make_company(roster)
	applicants = people.make_applicants(starters)
	by_number = {
		row["Employee Number"]: applicants[row["Email"]] for row in starters if row["Employee Number"]
	}
	cohorts.prepare_settings()
	people.make_employees(roster, by_number)
	# The app follows HR in the background after the commit; what comes next here needs the accounts.
	events.run_noted()
	people.set_time_zones()
	people.add_role(people.user_of(LOGINS["HR"]), "HR Manager")
	for number in LOGINS.values():
		people.set_password(people.user_of(number), PASSWORD)
	content.make_courses()
	cohorts.make_cohorts()
	cohorts.make_classes()
	content.complete()
	onboarding.submit_all(starters, applicants)
	training.make_training()
