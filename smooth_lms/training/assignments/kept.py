"""What a purge has to leave, however old it is: what a requirement rests on for somebody who is still here.

Without it the next run would take the training for missing and assign it once more.
"""

from collections.abc import Collection

import frappe
from frappe.query_builder.functions import Coalesce

from smooth_lms.people.presence import ARCHIVED
from smooth_lms.training.assignments.ledger import DOCTYPE, MARK


def assignments_in_force(names: Collection[str]) -> set[str]:
	"""Those of these assignments that are the latest of their person, course and requirement.

	People who have left, by their learner's record or a disabled account, need none.
	"""
	table, user, learner = (frappe.qb.DocType(each) for each in (DOCTYPE, "User", "LMS Learner"))
	query = (
		frappe.qb.from_(table)
		.join(user)
		.on((user.name == table.member) & (user.enabled == 1))
		.left_join(learner)
		.on(learner.name == table.member)
		.select(table.name)
		.where(table.name.isin(list(names) or [""]) & (table.current_mark == MARK))
		.where(Coalesce(learner.status, "") != ARCHIVED)
	)
	return set(query.run(pluck=True))


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
