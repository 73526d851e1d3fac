"""For whom a cohort is meant: its own audience, and those of its courses, asked for many people at once."""

from collections.abc import Collection

import frappe
from frappe.utils import getdate

from smooth_lms.base.reads import read_rows
from smooth_lms.people import audience, employees

COURSE, BATCH = "LMS Course", "LMS Batch"


def outside(
	batch: str, courses: Collection[str], users: Collection[str], *, to_show: bool = False
) -> set[str]:
	"""Those of `users` for whom the cohort or one of its courses is not meant. A fixed number of queries for any number.

	Whoever is enrolled in such a course already may take it here, too. The twin of `permissions/shown.py` for cohorts.

	Args:
	        batch: LMS Batch.
	        courses: those of the cohort.
	        users: names of User.
	        to_show: for a page only: where HR's records cannot be read, nobody is said to be outside.
	"""
	try:
		return _outside(batch, courses, users)
	except employees.unreadable():
		if not to_show:
			raise
		frappe.logger("smooth_lms").exception("HR's records cannot be read")
		return set()


def _outside(batch: str, courses: Collection[str], users: Collection[str]) -> set[str]:
	today, found = getdate(), set()
	for (doctype, name), each in audience.of_documents({BATCH: [batch], COURSE: courses}, today).items():
		left_out = set(users) - audience.members(each, today, users).keys() - (each.pinned - each.exempt)
		if left_out and doctype == COURSE:
			taking = {"course": name, "member": tuple(left_out), "withdrawn_on": None}
			left_out -= {row.member for row in read_rows("LMS Enrollment", ("member",), taking)}
		found |= left_out
	return found
