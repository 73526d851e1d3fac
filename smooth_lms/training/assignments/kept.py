"""What a purge has to leave, however old it is: what a requirement rests on for somebody who is still here.

Without it the next run would take the training for missing and assign it once more.
"""

from collections.abc import Collection

import frappe
from frappe.query_builder.functions import Coalesce
from frappe.utils import getdate

from smooth_lms.people import presence
from smooth_lms.people.presence import Presence
from smooth_lms.training.assignments.ledger import DOCTYPE, MARK


def assignments_in_force(names: Collection[str]) -> set[str]:
	"""Those of these assignments that are the latest of their person, course and requirement.

	People who have left need none; who is suspended or on leave comes back to it. See `people/presence.py`.
	"""
	rows = frappe.get_all(
		DOCTYPE,
		filters={"name": ["in", list(names) or [""]], "current_mark": MARK},
		fields=["name", "member"],
		limit=0,
	)
	states = presence.of({row.member for row in rows}, getdate())
	return {
		row.name for row in rows if row.member in states and states[row.member].presence is not Presence.GONE
	}


def enrollments_assigned(names: Collection[str]) -> set[str]:
	"""Those of these course enrollments whose person still has an assignment for the course, in any version."""
	row, course, table = (frappe.qb.DocType(each) for each in ("LMS Enrollment", "LMS Course", DOCTYPE))
	query = (
		frappe.qb.from_(row)
		.join(course)
		.on(course.name == row.course)
		.join(table)
		.on((table.member == row.member) & (table.course_root == Coalesce(course.version_of, course.name)))
		.select(row.name)
		.distinct()
		.where(row.name.isin(list(names) or [""]))
	)
	return set(query.run(pluck=True))
