"""Seats, assignments, certificates and proofs kept the Employee record that somebody had when they were made."""

import frappe

from smooth_lms.learners import moved
from smooth_lms.people.employees import has_hr

CHUNK = 1_000
STALE = """
	select distinct learner.name, learner.employee
	from `tabLMS Learner` learner
	join `tabEmployee` employee on employee.name = learner.employee
	join (
		select member, employee from `tabLMS Batch Enrollment`
		union select member, employee from `tabLMS Training Assignment`
		union select member, employee from `tabLMS Certificate`
		union select member, employee from `tabEmployee Compliance`
	) record on record.member = learner.name
	where ifnull(record.employee, '') != learner.employee
"""


def execute() -> None:
	"""Bring them to the record that speaks for the learner now."""
	if not has_hr():
		return
	rows = frappe.db.sql(STALE)
	for start in range(0, len(rows), CHUNK):
		moved.move(dict(rows[start : start + CHUNK]))
