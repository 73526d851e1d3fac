"""Cohorts and the courses they open, checked against each other: who lacks access, and giving it to them."""

import frappe

from smooth_lms.base.numbers import way
from smooth_lms.cohorts import facts
from smooth_lms.cohorts.admission import COMPLETED, ENROLLED, SEATED, WAITLISTED, WITHDRAWN
from smooth_lms.courses import enrollment as course_enrollment

STATES = (ENROLLED, WAITLISTED, COMPLETED, WITHDRAWN)


def gaps(batch: str | None = None) -> list[frappe._dict]:
	"""People with a seat who lack access to a course of their cohort.

	Args: batch, an LMS Batch; None for all of them.

	Returns rows with batch, batch_title, member, member_name, course, course_title and ended_on (when their
	access to that course ended, if they ever had it). One query.
	"""
	seat, link = frappe.qb.DocType("LMS Batch Enrollment"), frappe.qb.DocType("LMS Batch Course")
	cohort, course = frappe.qb.DocType("LMS Batch"), frappe.qb.DocType("LMS Course")
	access, ended = frappe.qb.DocType("LMS Enrollment"), frappe.qb.DocType("LMS Enrollment").as_("ended")
	query = (
		frappe.qb.from_(seat)
		.join(link)
		.on((link.parent == seat.batch) & (link.parenttype == "LMS Batch"))
		.join(cohort)
		.on(cohort.name == seat.batch)
		.join(course)
		.on(course.name == link.course)
		.left_join(access)
		.on((access.member == seat.member) & (access.course == link.course) & access.withdrawn_on.isnull())
		.left_join(ended)
		.on((ended.member == seat.member) & (ended.course == link.course) & (ended.attempt == 1))
		.select(
			seat.batch,
			cohort.title.as_("batch_title"),
			seat.member,
			seat.member_name,
			link.course,
			course.title.as_("course_title"),
			ended.withdrawn_on.as_("ended_on"),
		)
		.where(seat.status.isin(SEATED) & access.name.isnull())
		.orderby(seat.batch, seat.member, link.idx)
	)
	if batch:
		query = query.where(seat.batch == batch)
	return query.run(as_dict=True)


def repair(batch: str) -> int:
	"""Give everybody who has a seat access to every course of the cohort. Running it again changes nothing.

	Returns how many gaps were closed.
	"""
	row = facts.lock(batch)
	if not row:
		return 0
	found = gaps(batch)
	by_course: dict[str, dict[str, str]] = {}
	for gap in found:
		by_course.setdefault(gap.course, {})[gap.member] = gap.member_name
	for course, members in sorted(by_course.items()):
		course_enrollment.enroll(members, [course], batch=batch)
	return len(found)


def people_in(batch: str) -> list[frappe._dict]:
	"""Whoever is, waits or was in a cohort, with their state, as far as the session's user may see them.

	Returns rows with member, member_name, employee, status, waitlist_position, enrolled_on, and of those with a seat
	courses, courses_completed, progress and last_activity (see `progress_in`); by state and name.
	"""
	rows = frappe.get_list(
		"LMS Batch Enrollment",
		filters={"batch": batch},
		fields=["member", "member_name", "employee", "status", "waitlist_position", "enrolled_on"],
		order_by="member_name asc, member asc",
		limit=0,
	)
	progress = {row.member: row for row in progress_in(batch)}
	for row in rows:
		own = progress.get(row.member, {})
		row.update(
			{field: own.get(field) for field in ("courses", "courses_completed", "progress", "last_activity")}
		)
	return sorted(rows, key=lambda row: (STATES.index(row.status), row.waitlist_position or 0))


def progress_in(batch: str) -> list[frappe._dict]:
	"""How far everybody with a seat is across the cohort's courses.

	Returns rows with member, member_name, employee, status (of the seat), courses, courses_completed, progress
	(0–100, the mean over the courses; a course without access counts as 0; the latest attempt counts) and
	last_activity, by name. Three queries, whatever the size of the cohort.
	"""
	courses = [row.course for row in facts.courses_of([batch])[batch]]
	seats = frappe.get_all(
		"LMS Batch Enrollment",
		filters={"batch": batch, "status": ["in", SEATED]},
		fields=["member", "member_name", "employee", "status"],
		order_by="member_name asc, member asc",
		limit=0,
	)
	standing = course_enrollment.standing_in(courses, [seat.member for seat in seats])
	for seat in seats:
		own = standing.get(seat.member, {}).values()
		seat.courses = len(courses)
		seat.courses_completed = sum(row.status == "Completed" for row in own)
		seat.progress = way(sum(row.progress or 0 for row in own), 100 * len(courses))
		seat.last_activity = max((row.last_activity for row in own if row.last_activity), default=None)
	return seats
