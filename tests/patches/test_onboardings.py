"""The patch that gives onboardings back what had come of them."""

import frappe

from smooth_lms.patches.v0_2 import onboardings_keep_their_cohort
from tests.support.boarding import after_commit, make_applicant, make_onboarding
from tests.support.factories import make_batch, make_employee, make_user

FIELDS = ["lms_state", "lms_enrolled_batch"]


def _onboarding(*, seated: bool):
	applicant = make_applicant()
	make_employee(make_user(roles=()).name, job_applicant=applicant)
	batch = make_batch(allow_self_enrollment=0)
	onboarding = make_onboarding(applicant, **({"lms_batch": batch.name} if seated else {}))
	after_commit()
	forgotten = {"lms_state": "Waiting", "lms_enrolled_batch": None, "lms_note": "Employee X is not active."}
	frappe.db.set_value("Employee Onboarding", onboarding.name, forgotten)
	return onboarding.name, batch.name


def test_an_onboarding_that_forgot_its_cohort_knows_it_again(site):
	frappe.db.set_value("LMS Batch", {"for_new_hires": 1}, "for_new_hires", 0)
	forgetful, batch = _onboarding(seated=True)
	waiting, _other = _onboarding(seated=False)
	onboardings_keep_their_cohort.execute()
	assert frappe.db.get_value("Employee Onboarding", forgetful, FIELDS) == ("Enrolled", batch)
	assert frappe.db.get_value("Employee Onboarding", waiting, FIELDS) == ("Waiting", None)
