"""Lessons that are completed by being at a live class: which class that is, the cohort says."""

from collections.abc import Collection

import frappe
from frappe import _

from smooth_lms import permissions
from smooth_lms.courses import progress
from smooth_lms.exceptions import AccessEndedError

KIND = "Live Class"


def course_of(lesson: str) -> str:
	"""The course of a lesson that a live class can stand for. Raises ValidationError for other kinds."""
	row = frappe.db.get_value("Course Lesson", lesson, ["course", "lesson_type"], as_dict=True)
	if not row or row.lesson_type != KIND:
		frappe.throw(_("Lesson: choose one of the kind Live Class."))
	return row.course


def complete(lesson: str, members: Collection[str]) -> int:
	"""Complete the lesson for those of `members` who are enrolled in its course and still here. Done twice, it changes
	nothing.

	Returns for how many it is new.
	"""
	enrollment, done = frappe.qb.DocType("LMS Enrollment"), frappe.qb.DocType(progress.DOCTYPE)
	rows = (
		frappe.qb.from_(enrollment)
		.left_join(done)
		.on((done.enrollment == enrollment.name) & (done.lesson == lesson))
		.select(enrollment.name, enrollment.member, enrollment.attempt, done.status)
		.where(
			(enrollment.course == frappe.db.get_value("Course Lesson", lesson, "course"))
			& enrollment.member.isin(list(members) or [""])
			& enrollment.withdrawn_on.isnull()
		)
		.orderby(enrollment.attempt)
	).run(as_dict=True)
	gone = permissions.absent({row.member for row in rows})
	latest = {row.member: row for row in rows if row.member not in gone}
	new = sorted(row.name for row in latest.values() if row.status != progress.COMPLETED)
	# one after the other, in one order for everybody: each takes the lock of its enrollment and may end a course
	return sum(_complete_one(name, lesson) for name in new)


def _complete_one(enrollment: str, lesson: str) -> bool:
	try:
		progress.record(enrollment, lesson, completed=True)
	except AccessEndedError:  # meanwhile
		frappe.clear_last_message()
		return False
	return True
