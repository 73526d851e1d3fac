"""For whom a cohort is meant: its own audience, and those of its courses, asked for many people at once."""

from collections.abc import Collection

import frappe

from smooth_lms.courses import audiences
from smooth_lms.people import employees

COURSE, BATCH = "LMS Course", "LMS Batch"


def outside(
	batch: str, courses: Collection[str], users: Collection[str], *, to_show: bool = False
) -> set[str]:
	"""Those of `users` for whom the cohort or one of its courses is not meant. A fixed number of queries for any number.

	See `audiences.outside`.

	Args:
	        batch: LMS Batch.
	        courses: those of the cohort.
	        users: names of User.
	        to_show: for a page only: where HR's records cannot be read, nobody is said to be outside.
	"""
	try:
		return audiences.outside({BATCH: [batch], COURSE: courses}, users)
	except employees.unreadable():
		if not to_show:
			raise
		frappe.logger("smooth_lms").exception("HR's records cannot be read")
		return set()
