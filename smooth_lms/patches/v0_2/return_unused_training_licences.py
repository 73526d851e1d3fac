"""Licences that stayed taken although the assignment they were for had ended: by a proof, or while there was no limit."""

from collections import Counter

import frappe

from smooth_lms.base.rows import set_value


def execute() -> None:
	"""Give them back, so that they can be handed out again. Rows in history stay; only unstarted courses are meant."""
	access, assignment = (frappe.qb.DocType(each) for each in ("LMS Enrollment", "LMS Training Assignment"))
	rows = (
		frappe.qb.from_(access)
		.left_join(assignment)
		.on(
			(assignment.member == access.member)
			& (assignment.course == access.course)
			& (assignment.attempt == access.attempt)
			& (assignment.open_mark == "1")
		)
		.select(access.name, access.course)
		.where((access.licence_state == "Assigned") & (access.status == "Not Started"))
		.where(assignment.name.isnull())
	).run()
	if not rows:
		return
	returned = {"licence_state": "Returned"}
	set_value("LMS Enrollment", {"name": ["in", [name for name, _course in rows]]}, returned)
	course = frappe.qb.DocType("LMS Course")
	for name, number in sorted(Counter(each for _name, each in rows).items()):
		(
			frappe.qb.update(course)  # sql: numbers only
			.set(course.licences_in_use, course.licences_in_use - number)
			.where((course.name == name) & (course.licences_in_use >= number))
		).run()
