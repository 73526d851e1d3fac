"""The attendance sheet of a cohort: who was at a live class or a day of the timetable.

Whoever runs the cohort marks it, and nobody their own presence. The unique indexes on (live class, member) and
(session, member) stand behind one mark for each person.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html

from smooth_lms import permissions
from smooth_lms.base.rows import insert_rows, record_changes, select_rows, update_rows
from smooth_lms.cohorts import live_classes, schedule, timetable
from smooth_lms.cohorts.admission import SEATED
from smooth_lms.cohorts.live_classes import ABSENT, ATTENDANCE, EXCUSED, LATE, PRESENT
from smooth_lms.cohorts.timetable import DAYS, Entry

STATUSES = (PRESENT, LATE, ABSENT, EXCUSED)
CAME = (PRESENT, LATE)
FIELDS = ("live_class", "session", "batch", "subject", "day", "member", "member_name", "status", "marked_by")


@dataclass(frozen=True, slots=True)
class Occasion:
	"""A live class or a row of the timetable, as attendance sees it."""

	key: str
	"""`class-` and the LMS Live Class, or the LMS Batch Timetable row."""
	batch: str
	title: str
	day: date
	"""By the cohort's clock."""
	entry: Entry

	@property
	def live_class(self) -> str | None:
		return self.entry.live_class.name if self.entry.live_class else None

	@property
	def place(self) -> str:
		"""What its marks name: the live class or the row of the timetable."""
		return self.live_class or self.key

	@property
	def marks(self) -> dict[str, str]:
		"""By what its marks are found."""
		return {"live_class": self.live_class} if self.live_class else {"session": self.key}


def occasions(batch: str) -> list[Occasion]:
	"""Everything in the timetable of a cohort for which attendance can be marked, in order of time."""
	found = []
	for entry in timetable.of_batches([batch]):
		if entry.kind == DAYS or (entry.live_class and entry.live_class.cancelled):
			continue
		day = entry.first_moment.astimezone(schedule.zone(entry.zone)).date()
		found.append(Occasion(entry.key, batch, entry.title, day, entry))
	return found


def occasion(batch: str, key: str) -> Occasion:
	"""One of `occasions`. Raises DoesNotExistError."""
	found = next((each for each in occasions(batch) if each.key == key), None)
	if not found:
		frappe.throw(
			_("There is no such class or day in this cohort: choose one of the list."),
			frappe.DoesNotExistError,
		)
	return found


def sheet(batch: str, key: str) -> dict[str, Any]:
	"""The sheet of an occasion, for those who run the cohort.

	Returns `occasion`, and `people` by name: `member, member_name, status` (None where nothing is marked). Raises
	PermissionError, DoesNotExistError.
	"""
	permissions.require_cohort_staff(batch)
	found = occasion(batch, key)
	marks = dict(
		frappe.get_all(ATTENDANCE, filters=found.marks, fields=["member", "status"], as_list=True, limit=0)
	)
	people = [
		{"member": member, "member_name": name, "status": marks.get(member)}
		for member, name in _seated(batch).items()
	]
	return {"occasion": found, "people": people}


def mark(batch: str, key: str, statuses: Mapping[str, str]) -> int:
	"""Set the attendance of people of the cohort; who is not in it is left out.

	Args:
	        batch: LMS Batch.
	        key: of the occasion, see `Occasion`.
	        statuses: Present, Late, Absent or Excused by User.

	Returns how many rows changed. A fixed number of queries. Raises PermissionError where somebody's own attendance
	would change: another instructor notes that.
	"""
	permissions.require_cohort_staff(batch)
	frappe.db.get_value("LMS Batch", batch, "name", for_update=True)
	found = occasion(batch, key)
	if unknown := sorted(set(statuses.values()) - set(STATUSES)):
		sentence = _("{0} is no attendance: use Present, Late, Absent or Excused.")
		frappe.throw(sentence.format(escape_html(unknown[0])))
	people = {member: name for member, name in _seated(batch).items() if member in statuses}
	# a locking read: somebody may have joined since this transaction's first read
	fields = ("name", "member", "status")
	rows = select_rows(ATTENDANCE, fields, {"member": list(people)}, found.marks, lock=True)
	known = {row[1]: frappe._dict(zip(fields, row, strict=True)) for row in rows}
	changed = {
		member: statuses[member]
		for member in people
		if member not in known or known[member].status != statuses[member]
	}
	if frappe.session.user in changed:
		permissions.require_not_own_attendance(frappe.session.user)
	_write(found, people, known, changed)
	if found.live_class:
		live_classes.count(found.live_class, [member for member in people if statuses[member] in CAME])
	return len(changed)


def missed(batches: Collection[str]) -> set[tuple[str, str]]:
	"""Who was marked absent from a class that took place or a day of the timetable: (cohort, member).

	Cohorts in which attendance does not count are left out. Two queries.
	"""
	row, held = frappe.qb.DocType(ATTENDANCE), frappe.qb.DocType(live_classes.DOCTYPE)
	day, batch = frappe.qb.DocType("LMS Batch Timetable"), frappe.qb.DocType("LMS Batch")
	absences = (
		frappe.qb.from_(row)
		.join(batch)
		.on((batch.name == row.batch) & (batch.attendance_counts == 1))
		.select(row.batch, row.member)
		.where(row.batch.isin(list(batches) or [""]) & (row.status == ABSENT))
	)
	of_classes = absences.join(held).on((held.name == row.live_class) & (held.cancelled == 0))
	of_days = absences.join(day).on((day.name == row.session) & (day.parent == row.batch))
	return {*of_classes.run(), *of_days.run()}


def marked(batch: str) -> dict[str, int]:
	"""How many people are marked at each class and day of a cohort, by what `Occasion.place` says."""
	rows = frappe.get_all(ATTENDANCE, filters={"batch": batch}, fields=["live_class", "session"], limit=0)
	return Counter(row.live_class or row.session for row in rows)


def table(batch: str) -> list[Sequence[Any]]:
	"""Everybody's attendance at everything, with headings, for a spreadsheet. Raises PermissionError."""
	permissions.require_cohort_staff(batch)
	held = occasions(batch)
	fields = ["member", "live_class", "session", "status"]
	rows = frappe.get_all(ATTENDANCE, filters={"batch": batch}, fields=fields, limit=0)
	marks = {(row.member, row.live_class or row.session): _(row.status) for row in rows}
	headings = [_("Name"), _("User"), *(f"{each.day.isoformat()} {each.title}" for each in held)]
	places = [each.place for each in held]
	people = _seated(batch).items()
	return [
		headings,
		*([name, user, *(marks.get((user, place), "") for place in places)] for user, name in people),
	]


def _write(
	found: Occasion, people: Mapping[str, str], known: Mapping[str, frappe._dict], changed: Mapping[str, str]
) -> None:
	user = frappe.session.user
	place = (found.live_class, None if found.live_class else found.key, found.batch, found.title, found.day)
	new = [
		(*place, member, people[member], status, user)
		for member, status in changed.items()
		if member not in known
	]
	insert_rows(ATTENDANCE, FIELDS, new, skip_duplicates=True)
	other = {known[member].name: status for member, status in changed.items() if member in known}
	if other:
		before = {row.name: row.status for row in known.values()}
		update_rows(
			ATTENDANCE, {name: {"status": status, "marked_by": user} for name, status in other.items()}
		)
		record_changes(
			ATTENDANCE, {name: [("status", before[name], status)] for name, status in other.items()}
		)


def _seated(batch: str) -> dict[str, str]:
	"""Who has a seat in the cohort: full name by User, by name."""
	rows = frappe.get_all(
		"LMS Batch Enrollment",
		filters={"batch": batch, "status": ["in", list(SEATED)]},
		fields=["member", "member_name"],
		order_by="member_name asc, member asc",
		limit=0,
	)
	return {row.member: row.member_name or row.member for row in rows}
