"""Live classes (LMS Live Class): when they are, who may join, who came."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html, get_system_timezone, getdate, now_datetime

from smooth_lms import permissions
from smooth_lms.base.reads import read_rows
from smooth_lms.base.rows import insert_rows, set_value
from smooth_lms.cohorts import schedule
from smooth_lms.cohorts.admission import SEATED
from smooth_lms.courses import attendance
from smooth_lms.courses.links import require_https
from smooth_lms.exceptions import LiveClassClosedError

DOCTYPE, ATTENDANCE = "LMS Live Class", "LMS Live Class Attendance"
PRESENT, LATE, ABSENT, EXCUSED = "Present", "Late", "Absent", "Excused"
AT_ONCE = 50
"""So many people complete a lesson within the request that says they were there."""
FIELDS = (
	"name",
	"title",
	"batch",
	"course",
	"lesson",
	"description",
	"date",
	"start_time",
	"duration_minutes",
	"timezone",
	"cancelled",
	"join_url",
	"opens_minutes_before",
	"place",
	"recording_url",
	"modified",
)


def now_utc() -> datetime:
	"""The present moment, aware; the one clock of live classes."""
	return datetime.now(schedule.UTC)


def starts_at(row: Any) -> datetime:
	"""The moment a class begins, in UTC. Args: row, an LMS Live Class document or row."""
	zone = row.timezone or get_system_timezone()
	return schedule.instant(getdate(row.date), schedule.clock(row.start_time), zone)


def ends_at(row: Any) -> datetime:
	"""The first moment after a class, in UTC."""
	return starts_at(row) + timedelta(minutes=row.duration_minutes or 0)


def is_open(row: Any, now: datetime) -> bool:
	"""Whether the class can be joined at `now`: from shortly before it begins until it ends."""
	if row.cancelled:
		return False
	return starts_at(row) - timedelta(minutes=row.opens_minutes_before or 0) <= now < ends_at(row)


def of_batches(batches: Collection[str]) -> list[frappe._dict]:
	"""The classes of cohorts by date, cancelled ones too. With links: ask `shown` what a learner may see."""
	own = {"batch": tuple(batches)}
	return read_rows(DOCTYPE, FIELDS, own, order="`date`, `start_time`, `name`")


def of_lesson(lesson: str, batches: Collection[str]) -> list[frappe._dict]:
	"""Those of `of_batches` that complete the lesson."""
	return [row for row in of_batches(batches) if row.lesson == lesson]


def shown(row: frappe._dict, now: datetime) -> dict[str, Any]:
	"""What people of the cohort see of a class at `now`: no link before its time, the recording after it."""
	over = now >= ends_at(row)
	return {
		"name": row.name,
		"title": row.title,
		"batch": row.batch,
		"course": row.course,
		"description": row.description,
		"starts_at": starts_at(row).isoformat(),
		"ends_at": ends_at(row).isoformat(),
		"place": row.place or None,
		"cancelled": bool(row.cancelled),
		"is_open": bool(row.join_url) and is_open(row, now),
		"opens_minutes_before": row.opens_minutes_before,
		"recording_url": row.recording_url if over and not row.cancelled else None,
	}


def join(live_class: str, user: str) -> str:
	"""Let somebody into a class: note that they came and return the link.

	Raises LiveClassClosedError (403) for people who are not in the cohort, outside its time, or without a link.
	"""
	row = frappe.db.get_value(DOCTYPE, live_class, FIELDS, as_dict=True)
	runs = bool(row) and permissions.runs_cohort(row.batch, user)
	if not row or not (runs or (_seated(row.batch, [user]) and not permissions.is_absent(user))):
		_closed(_("You are not in the cohort of this class."))
	if row.cancelled:
		_closed(_("This class is cancelled."))
	now = now_utc()
	if not runs and not is_open(row, now):
		if now >= ends_at(row):
			_closed(_("This class is over."))
		_closed(
			_("You can join {0} minutes before the class begins: come back then.").format(
				row.opens_minutes_before or 0
			)
		)
	if not row.join_url:
		_closed(_("This class has no link yet: ask its instructor."))
	if not runs:
		_note_joined(row, user)
		count(row.name, [user])
	return row.join_url


def count(live_class: str, present: Collection[str]) -> None:
	"""Complete the lesson that the class stands for, if it does, for the people who were there.

	Many are left to a background job: each of them may complete a course, with all that follows.
	"""
	lesson = frappe.db.get_value(DOCTYPE, live_class, "lesson")
	if not lesson or not present:
		return
	if len(present) <= AT_ONCE:
		attendance.complete(lesson, present)
		return
	frappe.enqueue(
		"smooth_lms.cohorts.live_classes.count_many",
		queue="long",
		enqueue_after_commit=True,
		lesson=lesson,
		present=sorted(present),
	)


def count_many(lesson: str, present: Sequence[str]) -> None:
	"""The background job of `count`. Commits as it goes, and can be run again."""
	for start in range(0, len(present), AT_ONCE):
		attendance.complete(lesson, present[start : start + AT_ONCE])
		frappe.db.commit()


def validate(doc) -> None:
	"""Check an LMS Live Class that is being saved and give it the cohort's time zone. Raises ValidationError."""
	batch = frappe.db.get_value("LMS Batch", doc.batch, ["start_date", "end_date", "timezone"], as_dict=True)
	doc.timezone = batch.timezone or get_system_timezone()
	doc.start_time = schedule.chosen(doc.start_time)  # none is refused: the field is mandatory
	if (doc.duration_minutes or 0) <= 0:
		frappe.throw(_("The class takes no time: enter its length in minutes."))
	if not getdate(batch.start_date) <= getdate(doc.date) <= getdate(batch.end_date):
		frappe.throw(
			_("The class is outside the cohort ({0} to {1}): choose a day in between.").format(
				escape_html(batch.start_date), escape_html(batch.end_date)
			)
		)
	if doc.lesson:
		doc.course = attendance.course_of(doc.lesson)
	if doc.course and not frappe.db.exists("LMS Batch Course", {"parent": doc.batch, "course": doc.course}):
		frappe.throw(_("The cohort does not have this course: add it to the cohort, or choose another one."))
	for field in ("join_url", "host_url", "recording_url"):
		if doc.get(field):
			doc.set(field, require_https(doc.get(field), _(doc.meta.get_label(field))))


def _note_joined(row: frappe._dict, user: str) -> None:
	full_name = frappe.get_cached_value("User", user, "full_name")
	values = [(row.name, row.batch, row.title, getdate(row.date), user, full_name, PRESENT, now_datetime())]
	fields = ("live_class", "batch", "subject", "day", "member", "member_name", "status", "joined_on")
	if insert_rows(ATTENDANCE, fields, values, skip_duplicates=True) == [None]:
		# they come a second time, or were marked absent before they came; perhaps since this transaction's first read
		known = {"live_class": row.name, "member": user, "joined_on": ["is", "not set"]}
		name = frappe.db.get_value(ATTENDANCE, known, "name", for_update=True)
		if name:
			set_value(ATTENDANCE, name, {"joined_on": now_datetime(), "status": PRESENT})


def _seated(batch: str, users: Sequence[str] | Collection[str]) -> dict[str, str]:
	"""Those of `users` who have a seat in the cohort: full name by User."""
	return dict(
		frappe.get_all(
			"LMS Batch Enrollment",
			filters={"batch": batch, "member": ["in", list(users)], "status": ["in", list(SEATED)]},
			fields=["member", "member_name"],
			as_list=True,
			limit=0,
		)
	)


def _closed(reason: str) -> None:
	frappe.throw(LiveClassClosedError(reason=reason).text, LiveClassClosedError)
