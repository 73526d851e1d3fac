"""What is at the same time: for somebody who is about to enroll, and for the room and the instructor of a class.

Nothing is refused for it: people may know better, so they are warned.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import frappe
from frappe import _
from frappe.utils import getdate

from smooth_lms.base import dates
from smooth_lms.base.reads import read_rows
from smooth_lms.cohorts import live_classes, timetable
from smooth_lms.cohorts.timetable import Entry
from smooth_lms.people import leaves
from smooth_lms.people.employees import records_of

MOST = 3
"""So many are named."""
CLASS_FIELDS = (
	"name",
	"title",
	"batch",
	"date",
	"start_time",
	"duration_minutes",
	"timezone",
	"instructor",
	"place",
)


def of_person(batch: str, user: str) -> list[str]:
	"""What stands in the way of `user`'s being at a cohort, as sentences: other classes of theirs, an approved leave.

	Only what has hours is compared. A fixed number of queries.
	"""
	now = live_classes.now_utc()
	entries = timetable.of_batches({batch, *timetable.own_batches(user)})
	coming = [each for each in entries if each.end_moment > now and not _is_cancelled(each)]
	wanted = [each for each in coming if each.batch == batch]
	others = [each for each in coming if each.batch != batch and each.is_timed]
	found = []
	for other in others:
		if any(each.is_timed and _overlap(each, other) for each in wanted):
			day = dates.day(other.first_moment.date())
			found.append(_("At the same time as {0}, {1}.").format(other.title or other.batch_title, day))
	return _few(found) + _on_leave(wanted, user)


def of_class(doc: Any) -> list[str]:
	"""Who or what else an LMS Live Class needs at its time, as sentences: its instructor, its place. One query."""
	if doc.cancelled or not (doc.instructor or doc.place):
		return []
	day = getdate(doc.date)
	days = tuple(day + timedelta(days=number) for number in (-1, 0, 1))
	rows = read_rows(
		live_classes.DOCTYPE, CLASS_FIELDS, {"date": days, "cancelled": 0}, order="`date`, `name`"
	)
	begins, ends = live_classes.starts_at(doc), live_classes.ends_at(doc)
	found = []
	for row in rows:
		if row.name == doc.name or not (
			live_classes.starts_at(row) < ends and begins < live_classes.ends_at(row)
		):
			continue
		if doc.instructor and row.instructor == doc.instructor:
			who = frappe.get_cached_value("User", doc.instructor, "full_name") or doc.instructor
			found.append(_("{0} teaches {1} at that time.").format(who, row.title))
		if _place(doc) and _place(doc) == _place(row):
			found.append(_("{0} is at the same place at that time.").format(row.title))
	return _few(found)


def _on_leave(wanted: Sequence[Entry], user: str) -> list[str]:
	employees = records_of(user) if wanted else []
	if not employees:
		return []
	first = min(each.first_moment for each in wanted).date()
	last = max(each.end_moment - timedelta(seconds=1) for each in wanted).date()
	return [
		_("You are on leave then: {0}.").format(dates.days(row.from_date, row.to_date))
		for row in leaves.between(employees, first, last)
	]


def _is_cancelled(entry: Entry) -> bool:
	return bool(entry.live_class and entry.live_class.cancelled)


def _overlap(one: Entry, other: Entry) -> bool:
	return one.first_moment < _end(other) and other.first_moment < _end(one)


def _end(entry: Entry) -> datetime:
	# what says only when it begins is taken for that moment
	return entry.timed_end or entry.first_moment + timedelta(minutes=1)


def _place(row: Any) -> str:
	return " ".join((row.place or "").casefold().split())


def _few(sentences: Sequence[str]) -> list[str]:
	return list(dict.fromkeys(sentences))[:MOST]
