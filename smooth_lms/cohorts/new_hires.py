"""Which cohort takes the next new hire."""

import frappe

from smooth_lms.cohorts import admission, facts
from smooth_lms.cohorts.seating import now_utc


def next_cohorts(company: str | None) -> list[str]:
	"""The cohorts for new hires that a person of `company` could get a seat in now, the soonest first.

	Args: company, a Company; a cohort that names no company takes people of every company.

	Whether there still is a seat is decided by the door when it is asked; this is the order to ask in.
	"""
	rows = frappe.get_all(
		"LMS Batch",
		filters={"for_new_hires": 1, "published": 1},
		fields=[*facts.COHORT_FIELDS, "company"],
		order_by="start_date asc, creation asc",
		limit=0,
	)
	rows = [row for row in rows if not row.company or row.company == company]
	courses = facts.courses_of([row.name for row in rows])
	cohorts = [facts.cohort(row, courses[row.name]) for row in rows]
	now = now_utc()
	return [
		cohort.name
		for cohort in cohorts
		if cohort.has_free_seat
		and not admission.opening_refusal(cohort)
		and not admission.timing_refusal(cohort, now)
	]
