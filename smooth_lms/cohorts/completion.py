"""When somebody has completed a cohort. Decided here only, and once.

It has ended, all its courses are completed, and the person was marked absent from nothing in its timetable, where
attendance counts. An hourly
look completes cohorts that have ended meanwhile; a course that is completed later asks at once.
"""

from collections.abc import Collection, Sequence

import frappe
from frappe.utils import add_days, get_system_timezone, getdate, today

from smooth_lms import permissions
from smooth_lms.base.rows import select_rows
from smooth_lms.cohorts import attendance_sheet, enrollment, facts, live_classes, schedule
from smooth_lms.cohorts.admission import COMPLETED, ENROLLED
from smooth_lms.courses import enrollment as course_enrollment

CHUNK = 1_000
LOOKS_BACK_DAYS = 31
"""The hourly look leaves out cohorts that ended longer ago."""


def on_course_completed(course_enrollment_name: str) -> None:
	"""Hook: somebody completed a course; note which of their cohorts they have completed by it.

	Args: course_enrollment_name, the LMS Enrollment.
	"""
	seats = _seats_for(course_enrollment_name, ENROLLED)
	# the locks make two courses of one person, completed at the same moment, see each other
	enrollment.complete(finished(seats, lock=True))


def rests_on(course_enrollment_name: str) -> bool:
	"""Hook: whether a cohort counts as completed because this LMS Enrollment is."""
	return bool(_seats_for(course_enrollment_name, COMPLETED))


def complete_due() -> int:
	"""Scheduler: complete what `on_course_completed` was not asked about. Commits as it goes. Returns how many."""
	completed, after = 0, ""
	while seats := _open_seats(after):
		completed += len(enrollment.complete(finished(seats)))
		after = seats[-1].name
		frappe.db.commit()
	return completed


def finished(seats: Sequence[frappe._dict], *, lock: bool = False) -> list[str]:
	"""Those of `seats` (rows with name, batch, member) whose people have completed the cohort, which has ended.

	The latest attempt at each course counts, and a cohort without courses is never completed by itself; nor for somebody
	whose account is disabled or who is archived. Six queries.
	"""
	ended = _ended({seat.batch for seat in seats}) if seats else set()
	seats = [seat for seat in seats if seat.batch in ended]
	if not seats:
		return []
	taught = facts.courses_of({seat.batch for seat in seats})
	courses = {row.course for rows in taught.values() for row in rows}
	done = course_enrollment.completed_by({seat.member for seat in seats}, courses, lock=lock)
	complete = [
		seat
		for seat in seats
		if taught[seat.batch] and all((seat.member, row.course) in done for row in taught[seat.batch])
	]
	gone = permissions.absent({seat.member for seat in complete})
	missed = attendance_sheet.missed({seat.batch for seat in complete})
	return [
		seat.name for seat in complete if seat.member not in gone and (seat.batch, seat.member) not in missed
	]


def _ended(batches: Collection[str]) -> set[str]:
	"""Those of `batches` that have ended, each by its own clock."""
	rows = select_rows("LMS Batch", ("name", "end_date", "end_time", "timezone"), {"name": list(batches)})
	now = live_classes.now_utc()
	return {
		name
		for name, day, clock, zone in rows
		if schedule.ends_at(getdate(day), schedule.clock(clock), zone or get_system_timezone()) <= now
	}


def _open_seats(after: str) -> Collection[frappe._dict]:
	"""The next seats that are not completed, of cohorts that may have ended, in the order of their names."""
	seat, batch = frappe.qb.DocType("LMS Batch Enrollment"), frappe.qb.DocType("LMS Batch")
	return (
		frappe.qb.from_(seat)
		.join(batch)
		.on(batch.name == seat.batch)
		.select(seat.name, seat.batch, seat.member)
		.where(
			(seat.status == ENROLLED)
			& (seat.name > after)
			# the clocks of other zones may be a day ahead
			& (batch.end_date <= add_days(today(), 1))
			& (batch.end_date >= add_days(today(), -LOOKS_BACK_DAYS))
		)
		.orderby(seat.name)
		.limit(CHUNK)
	).run(as_dict=True)


def _seats_for(course_enrollment_name: str, status: str) -> list[frappe._dict]:
	"""The seats of this status, of the person of an LMS Enrollment, in cohorts that have its course."""
	row = frappe.db.get_value("LMS Enrollment", course_enrollment_name, ["member", "course"], as_dict=True)
	seat, link = frappe.qb.DocType("LMS Batch Enrollment"), frappe.qb.DocType("LMS Batch Course")
	return (
		frappe.qb.from_(seat)
		.join(link)
		.on((link.parent == seat.batch) & (link.parenttype == "LMS Batch"))
		.select(seat.name, seat.batch, seat.member)
		.distinct()
		.where((seat.member == row.member) & (seat.status == status) & (link.course == row.course))
	).run(as_dict=True)
