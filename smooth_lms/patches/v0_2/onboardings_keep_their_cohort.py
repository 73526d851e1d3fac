"""Onboardings forgot the cohort they had led to when their Employee was saved while suspended or gone."""

import frappe

from smooth_lms.base.rows import set_value
from smooth_lms.learners import onboarding

SEATS = """
	select onboarding.name, seat.batch
	from `tabEmployee Onboarding` onboarding
	join `tabEmployee` employee on employee.name = onboarding.employee
	join `tabLMS Batch Enrollment` seat
		on seat.member = employee.user_id and seat.source = 'HR' and seat.creation >= onboarding.creation
	where onboarding.docstatus = 1 and onboarding.lms_state = 'Waiting'
	order by seat.creation, seat.name
"""


def execute() -> None:
	"""Note it again, so that a rehire is not enrolled once more by the onboarding of the time before."""
	if not onboarding.available():
		return
	for name, batch in dict(frappe.db.sql(SEATS)).items():
		kept = {"lms_state": onboarding.ENROLLED, "lms_enrolled_batch": batch, "lms_note": None}
		set_value(onboarding.DOCTYPE, name, kept, update_modified=False)
