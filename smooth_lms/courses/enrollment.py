"""Course enrollments (LMS Enrollment): the only code that writes them."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

import frappe
from frappe import _
from frappe.query_builder.functions import Count
from frappe.utils import now_datetime

from smooth_lms.base.numbers import rounded
from smooth_lms.base.reads import read_row, read_rows
from smooth_lms.base.rows import insert_rows, record_changes, select_rows, set_value
from smooth_lms.courses import licences
from smooth_lms.exceptions import CourseClosedError, NotInCourseError, Refusal

KEPT_HOOK = "smooth_lms_courses_kept"
LEAVING_HOOK = "smooth_lms_course_leaving"
FIELDS = (
	"member",
	"member_name",
	"course",
	"batch",
	"attempt",
	"progress",
	"status",
	"licence_state",
)


def enroll(members: Mapping[str, str], courses: Collection[str], *, batch: str | None = None) -> int:
	"""Give every member access to every course; who has it keeps what they have.

	Args:
	        members: full name by User.
	        courses: LMS Course names.
	        batch: the cohort that gives the access, if one does.

	Returns how many enrollments were made. Three statements at most, whatever the numbers.
	"""
	if not members or not courses:
		return 0
	_reopen(members, courses, batch)
	# one order for everybody: two cohorts that share people and courses must not lock each other out
	rows = (
		(member, members[member], course, batch, 1, 0, "Not Started", "None")
		for member in sorted(members)
		for course in sorted(courses)
	)
	return len(insert_rows("LMS Enrollment", FIELDS, rows, skip_duplicates=True))


def mandatory_courses() -> list[str]:
	"""The published courses that everybody new has to take; those with licences come with their assignment."""
	filters = {"published": 1, "is_mandatory": 1, "licence_count": 0}
	return frappe.get_all("LMS Course", filters=filters, pluck="name", limit=0)


def end_access(members: Collection[str], *, batch: str) -> None:
	"""End the access that a cohort gave, and give unused licences back. Progress and history are kept.

	What was completed stays open, and what somebody has to do anyway: see `_kept`.
	"""
	rows = frappe.get_all(
		"LMS Enrollment",
		filters={
			"member": ["in", list(members)],
			"batch": batch,
			"status": ["!=", "Completed"],
			"withdrawn_on": ["is", "not set"],
		},
		fields=["name", "member", "course", "status", "licence_state"],
		limit=0,
	)
	if not rows:
		return
	kept = _kept(members, {row.course for row in rows})
	_end([row for row in rows if (row.member, row.course) not in kept])


def _end(rows: Collection[frappe._dict]) -> None:
	"""End access (name, status, licence_state) and give unused licences back."""
	held = [r.name for r in rows if r.licence_state == licences.ASSIGNED and r.status == "Not Started"]
	unused = _under_lock({"name": ["in", held], "licence_state": "Assigned", "status": "Not Started"})
	take_access([row.name for row in unused])
	licences.count({course: -number for course, number in Counter(row.course for row in unused).items()})
	returned = {row.name for row in unused}
	_set([row.name for row in rows if row.name not in returned], {"withdrawn_on": now_datetime()})


def progress_of(member: str, courses: Collection[str]) -> dict[str, dict]:
	"""How far `member` is in each course that is open to them: `status` and `progress` (0–100), by course.

	The latest attempt counts; courses without access are left out.
	"""
	own = {"member": member, "course": tuple(courses), "withdrawn_on": None}
	rows = read_rows("LMS Enrollment", ("course", "status", "progress"), own, order="`attempt`")
	return {row.course: {"status": row.status, "progress": rounded(row.progress)} for row in rows}


def standing_in(courses: Collection[str], members: Collection[str]) -> dict[str, dict[str, frappe._dict]]:
	"""How far many people are in several courses: rows with status, progress and last_activity, by member and
	course. The latest attempt counts; courses without access are left out. One query for each 1,000 people.
	"""
	found: dict[str, dict[str, frappe._dict]] = {}
	people = list(members)
	for start in range(0, len(people) if courses else 0, 1_000):
		rows = frappe.get_all(
			"LMS Enrollment",
			filters={
				"member": ["in", people[start : start + 1_000]],
				"course": ["in", list(courses)],
				"withdrawn_on": ["is", "not set"],
			},
			fields=["member", "course", "status", "progress", "last_activity"],
			order_by="attempt asc",
			limit=0,
		)
		for row in rows:
			found.setdefault(row.member, {})[row.course] = row
	return found


def completed_by(
	members: Collection[str], courses: Collection[str], *, lock: bool = False
) -> set[tuple[str, str]]:
	"""Who has completed what: (member, course). The latest attempt counts; ended access takes no completion away.

	Args: lock, hold the rows until the transaction ends and see what others have just committed. One query.
	"""
	fields = ("member", "course", "attempt", "status", "withdrawn_on")
	rows = select_rows(
		"LMS Enrollment", fields, {"member": members}, {"course": tuple(courses) or ("",)}, lock=lock
	)
	latest: dict[tuple[str, str], tuple[int, str]] = {}
	for member, course, attempt, status, withdrawn_on in rows:
		if status == "Completed" or not withdrawn_on:
			latest[member, course] = max(latest.get((member, course), (0, "")), (attempt, status))
	return {key for key, (_attempt, status) in latest.items() if status == "Completed"}


def join(course: str, member: str) -> str:
	"""Enroll somebody in a course at their own wish; `access.join_refusal` has been asked before.

	Returns the LMS Enrollment. Somebody whose access had ended goes on where they stopped.
	"""
	enroll({member: frappe.get_cached_value("User", member, "full_name") or member}, [course])
	# a locking read: the other of two clicks may have made it since this transaction's first read
	key = {"member": member, "course": course}
	return frappe.db.get_value("LMS Enrollment", key, "name", order_by="attempt desc", for_update=True)


def leave_refusal(course: str, member: str, status: str | None) -> Refusal | None:
	"""Why somebody cannot leave a course, or None.

	The hook `smooth_lms_course_leaving` lists dotted paths of functions that take course and member and return a
	sentence when somebody else wants them in it, else None.

	Args: status, of their open enrollment; None where there is none.
	"""
	if not status:
		return NotInCourseError()
	if status == "Completed":
		return CourseClosedError(reason=_("You have completed this course: it stays on your record."))
	reasons = (frappe.get_attr(path)(course, member) for path in frappe.get_hooks(LEAVING_HOOK))
	reason = next(filter(None, reasons), None)
	return CourseClosedError(reason=reason) if reason else None


def leave(course: str, member: str) -> None:
	"""End the access of somebody to a course that they joined themselves; what they did is kept for a return.

	Raises the Refusal of `leave_refusal`.
	"""
	own = {"member": member, "course": course, "withdrawn_on": None}
	fields = ("name", "status", "licence_state")
	row = read_row("LMS Enrollment", fields, own, order="`attempt` desc", lock=True)
	if refusal := leave_refusal(course, member, row.status if row else None):
		frappe.throw(refusal.text, type(refusal))
	_end([row])


def end_unfinished(members: Collection[str], *, kept: Collection[tuple[str, str]]) -> int:
	"""End the access of these people to what they have not completed. Returns how many enrollments.

	Args: kept, (member, course) that stay open.
	"""
	rows = frappe.get_all(
		"LMS Enrollment",
		filters={
			"member": ["in", list(members) or [""]],
			"status": ["!=", "Completed"],
			"withdrawn_on": ["is", "not set"],
		},
		fields=["name", "member", "course", "status", "licence_state"],
		limit=0,
	)
	rows = [row for row in rows if (row.member, row.course) not in kept]
	_end(rows)
	return len(rows)


def unfinished(course: str) -> int:
	"""How many people have access to the course and have not completed it."""
	table = frappe.qb.DocType("LMS Enrollment")
	query = (
		frappe.qb.from_(table)
		.select(Count(table.member).distinct())
		.where((table.course == course) & (table.status != "Completed") & table.withdrawn_on.isnull())
	)
	return query.run()[0][0]


def return_licences(members: Collection[str]) -> dict[str, list[str]]:
	"""Give back the licences that these people hold and have not used. Returns the enrollments, by member."""
	filters = {"member": ["in", list(members)], "licence_state": "Assigned", "status": "Not Started"}
	rows = _under_lock(filters)
	_set([row.name for row in rows], {"licence_state": "Returned"})
	licences.count({course: -number for course, number in Counter(row.course for row in rows).items()})
	found: dict[str, list[str]] = {}
	for row in rows:
		found.setdefault(row.member, []).append(row.name)
	return found


def licences_held(members: Collection[str]) -> int:
	"""How many licences `return_licences` would give back."""
	return frappe.db.count(
		"LMS Enrollment",
		{"member": ["in", list(members) or [""]], "licence_state": "Assigned", "status": "Not Started"},
	)


def hold_licences(names: Collection[str]) -> None:
	"""Undo `return_licences` for these enrollments, as far as licences are still free."""
	rows = _under_lock({"name": ["in", list(names)], "licence_state": "Returned"})
	free = licences.lock({row.course for row in rows})
	held: dict[str, str] = {}
	for row in rows:
		room = free[row.course]
		if room == 0:
			continue
		if room is not None:  # None: the course has no limit
			free[row.course] = room - 1
		held[row.name] = row.course
	_set(list(held), {"licence_state": "Assigned"})
	licences.count(Counter(held.values()))


def attempts(members: Collection[str], courses: Collection[str], *, lock: bool = False) -> list[frappe._dict]:
	"""All attempts of these people at these courses, the oldest first: rows with name, member, course, attempt,
	status, completed_on, withdrawn_on and licence_state. One query.

	Args: lock, read them as they are at this moment and lock them, whatever this transaction has seen before.
	"""
	table = frappe.qb.DocType("LMS Enrollment")
	query = (
		frappe.qb.from_(table)
		.select(
			table.name,
			table.member,
			table.course,
			table.attempt,
			table.status,
			table.completed_on,
			table.withdrawn_on,
			table.licence_state,
		)
		.where(table.member.isin(list(members) or [""]) & table.course.isin(list(courses) or [""]))
		.orderby(table.creation, table.attempt, table.name)
	)
	return (query.for_update() if lock else query).run(as_dict=True)


def open_attempts(rows: Sequence[tuple[str, str, str, int, str]]) -> int:
	"""Open courses to people: a first attempt, or a fresh one after a completed one that is kept as history.

	Args: rows of (member, full name, course, attempt, licence state); an attempt that is there already stays as it is.

	Returns how many were made. One statement for each 5,000.
	"""
	values = [
		(member, name, course, None, attempt, 0, "Not Started", licence)
		for member, name, course, attempt, licence in rows
	]
	made = insert_rows("LMS Enrollment", FIELDS, values, skip_duplicates=True)
	return sum(name is not None for name in made)


def give_access_again(names: Sequence[str]) -> None:
	"""Open enrollments again whose access had ended, where their people stopped."""
	_set(list(names), {"withdrawn_on": None})


def set_licences(names: Sequence[str], state: str) -> None:
	"""Note on enrollments what became of their licence; the counter of the course is the caller's."""
	_set(list(names), {"licence_state": state})


def take_access(names: Sequence[str]) -> None:
	"""End access to enrollments that nobody has started and give their licences back."""
	_set(list(names), {"withdrawn_on": now_datetime(), "licence_state": "Returned"})


def has_history(member: str, batch: str) -> bool:
	"""Whether the member has started or completed anything in the cohort's courses."""
	return bool(
		frappe.db.exists(
			"LMS Enrollment", {"member": member, "batch": batch, "status": ["!=", "Not Started"]}
		)
	)


def forget_unstarted(member: str, batch: str) -> None:
	"""Remove the course enrollments that a cohort made and nobody used, but for those that somebody has to do anyway."""
	rows = frappe.get_all(
		"LMS Enrollment",
		filters={"member": member, "batch": batch, "status": "Not Started"},
		fields=["name", "course"],
		limit=0,
	)
	kept = _kept([member], {row.course for row in rows}) if rows else set()
	doomed = [row.name for row in rows if (member, row.course) not in kept]
	if not doomed:
		return
	held = _under_lock({"name": ["in", doomed], "licence_state": "Assigned", "status": "Not Started"})
	frappe.db.delete("LMS Enrollment", {"name": ["in", doomed], "status": "Not Started"})
	licences.count({course: -number for course, number in Counter(row.course for row in held).items()})


def _kept(members: Collection[str], courses: Collection[str]) -> set[tuple[str, str]]:
	"""Who needs which of the courses for another reason than their cohort: (member, course).

	The hook `smooth_lms_courses_kept` lists dotted paths of functions that take both and return such pairs.
	"""
	found: set[tuple[str, str]] = set()
	for path in frappe.get_hooks(KEPT_HOOK):
		found |= frappe.get_attr(path)(members, courses)
	return found


def _under_lock(filters: dict) -> list[frappe._dict]:
	"""Enrollments (name, member, course) as they are at this moment, once their courses are locked: nobody else moves
	their licences until the transaction ends, and nothing is counted from a view of the past."""
	courses = set(frappe.get_all("LMS Enrollment", filters=filters, pluck="course", limit=0))
	if not courses:
		return []
	licences.lock(courses)
	return frappe.db.get_values(
		"LMS Enrollment",
		{**filters, "course": ["in", sorted(courses)]},
		["name", "member", "course"],
		as_dict=True,
		for_update=True,
		order_by="name",
	)


def _reopen(members: Collection[str], courses: Collection[str], batch: str | None) -> None:
	rows = frappe.get_all(
		"LMS Enrollment",
		filters={
			"member": ["in", list(members)],
			"course": ["in", list(courses)],
			"withdrawn_on": ["is", "set"],
		},
		pluck="name",
		limit=0,
	)
	_set(rows, {"withdrawn_on": None, "batch": batch})


def _set(names: list[str], values: dict) -> None:
	if not names:
		return
	# a locking read: what stood there is part of the history, whatever this transaction has seen before
	fields = ("name", *values)
	rows = select_rows("LMS Enrollment", fields, {"name": sorted(names)}, lock=True, order="`name`")
	before = {row[0]: dict(zip(fields, row, strict=True)) for row in rows}
	set_value("LMS Enrollment", {"name": ["in", names]}, dict(values))
	record_changes(
		"LMS Enrollment",
		{
			name: [(field, row[field], value) for field, value in values.items()]
			for name, row in before.items()
		},
	)
