"""What people see of cohorts: the list and one cohort, for one reader. Reads only.

What somebody may do is never decided here: the door's own functions are asked (`gate.py`, `admission.py`).
The list costs the same number of queries however many cohorts there are.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from pypika import Case, Criterion, Order, Table

import frappe
from frappe.utils import cint, get_system_timezone

from smooth_lms import permissions
from smooth_lms.base import dates
from smooth_lms.base.reads import read_rows
from smooth_lms.base.sql import counts as counts_of
from smooth_lms.cohorts import admission, cards, display, facts, live_classes, schedule, wording
from smooth_lms.cohorts.admission import ENROLLED, SEATED, WAITLISTED, WITHDRAWN, Attempt
from smooth_lms.cohorts.gate import Decision, Gate
from smooth_lms.cohorts.timetable import own_batches
from smooth_lms.courses import enrollment as course_enrollment
from smooth_lms.exceptions import UnknownBatchError

TABS = ("mine", "upcoming", "past")
MEDIA = ("Online", "Offline", "Hybrid")
PAGE_SIZE = 24
LARGEST_PAGE = 50
FIELDS = (*facts.COHORT_FIELDS, "description", "category", "medium")
DETAIL_FIELDS = (*FIELDS, "batch_details", "discussion_guidelines", "modified")


@dataclass(frozen=True, slots=True)
class Query:
	"""What a reader asks the list for."""

	tab: str = "upcoming"
	"""mine (any time), upcoming (not ended), past (ended)."""
	search: str = ""
	medium: str = ""
	category: str = ""
	free_seats: bool = False
	page: int = 1
	page_size: int = PAGE_SIZE

	@classmethod
	def of(cls, **asked: Any) -> "Query":
		"""The query that untrusted values ask for; what makes no sense is left at its default."""
		return cls(
			tab=asked.get("tab") if asked.get("tab") in TABS else "upcoming",
			search=str(asked.get("search") or "").strip()[:140],
			medium=asked.get("medium") if asked.get("medium") in MEDIA else "",
			category=str(asked.get("category") or ""),
			free_seats=bool(cint(asked.get("free_seats"))),
			page=max(cint(asked.get("page")), 1),
			page_size=min(max(cint(asked.get("page_size") or PAGE_SIZE), 1), LARGEST_PAGE),
		)


def cohorts(query: Query, user: str) -> dict[str, Any]:
	"""One page of the cohorts that `user` may see.

	Returns `cohorts` (see `cards.card`), `total`, `page`, `pages`, `page_size` and `counts`, the totals of each tab
	under the same search and filters.
	"""
	reader = cards.Reader.of(user)
	batch = frappe.qb.DocType("LMS Batch")
	ended = facts.has_ended(batch, reader.now)
	wanted = Criterion.all([*_visible_to(batch, user), *_filters(batch, query)])
	tabs = {"mine": _own(batch, user), "upcoming": ended.negate(), "past": ended}
	counts = counts_of(batch, wanted, tabs)
	size = query.page_size
	pages = max(-(-counts[query.tab] // size), 1)
	page = min(query.page, pages)
	rows = _order(
		frappe.qb.from_(batch).select(*(batch[field] for field in FIELDS)).where(wanted & tabs[query.tab]),
		batch,
		ended,
	)
	found = rows.limit(size).offset((page - 1) * size).run(as_dict=True)
	return {
		"cohorts": cards.many(found, reader),
		"total": counts[query.tab],
		"counts": counts,
		"page": page,
		"pages": pages,
		"page_size": size,
	}


def coming_up(user: str, limit: int = 5) -> dict[str, list[dict]]:
	"""What is next for `user`: `enrolled`, the cohorts that have not ended, and `waitlisted`."""
	reader = cards.Reader.of(user)
	batch = frappe.qb.DocType("LMS Batch")
	ended = facts.has_ended(batch, reader.now)

	entry = frappe.qb.DocType("LMS Batch Enrollment")
	rows = (
		frappe.qb.from_(batch)
		.join(entry)
		.on((entry.batch == batch.name) & (entry.member == user) & entry.status.isin([ENROLLED, WAITLISTED]))
		.select(*(batch[field] for field in FIELDS), entry.status)
		.where(ended.negate())
	)
	found: dict[str, list[frappe._dict]] = {ENROLLED: [], WAITLISTED: []}
	for row in _order(rows, batch, ended).run(as_dict=True):
		found[row.status].append(row)
	found = {status: rows[:limit] for status, rows in found.items()}
	shown = cards.many([row for rows in found.values() for row in rows], reader)
	seated = len(found[ENROLLED])
	return {"enrolled": shown[:seated], "waitlisted": shown[seated:]}


def cohort(batch: str, user: str) -> dict[str, Any]:
	"""One cohort as `user` sees it. Raises UnknownBatchError also where there is one they may not see.

	Returns what the list has (see `cards.card`) and `action`, `about`, `courses`, `timetable`, `guidelines`. Places and
	guidelines are for people who are enrolled or run the cohort; for others they are None.
	"""
	reader = cards.Reader.of(user)
	row = _read(batch, user)
	gate = Gate(row, Attempt(now=reader.now, by_self=True))
	before = gate.cohort
	candidate = facts.candidates(row, [user], to_show=True)[user]
	status = candidate.member.status
	decision = gate.decide(candidate)
	card = cards.one(row, gate.courses, before, candidate.member, reader)
	teaches = user in {person["user"] for person in card["instructors"]}
	inside = status in SEATED or permissions.sees_every_cohort(user) or teaches
	return {
		**card,
		"action": _action(status, decision),
		"about": row.batch_details,
		"courses": _courses(gate.courses, user),
		"timetable": timetable(row, reader.zone, with_places=inside),
		"classes": classes(row, reader, inside=inside),
		"guidelines": row.discussion_guidelines if inside else None,
		"is_inside": inside,
	}


def timetable(row: frappe._dict, zone_name: str, *, with_places: bool) -> list[dict[str, Any]]:
	"""A cohort's timetable by day of its own clock: `date, day, sessions`.

	Each session has `name, subject, course, hours` (the cohort's clock), `reader_hours` (by `zone_name`; None where
	they are the same), `starts_at` and `ends_at` (ISO 8601 in UTC, None without a time), `place`.
	"""
	own_zone = row.timezone or get_system_timezone()
	own = {"parent": row.name, "parenttype": "LMS Batch"}
	fields = ("name", "date", "start_time", "end_time", "subject", "course", "place")
	entries = read_rows("LMS Batch Timetable", fields, own, order="`date`, `start_time`, `idx`")
	found: list[dict[str, Any]] = []
	for entry in entries:
		if not found or found[-1]["date"] != entry.date:
			found.append({"date": entry.date, "day": dates.day(entry.date), "sessions": []})
		begin, close = schedule.clock(entry.start_time), schedule.clock(entry.end_time)
		hours = display.hours_of_day(entry.date, begin, close, own_zone, own_zone)
		theirs = display.hours_of_day(entry.date, begin, close, own_zone, zone_name)
		found[-1]["sessions"].append(
			{
				"name": entry.name,
				"subject": entry.subject,
				"course": entry.course,
				"hours": hours,
				"reader_hours": theirs if theirs != hours else None,
				"starts_at": cards.moment(entry.date, begin, own_zone),
				"ends_at": cards.moment(entry.date, close, own_zone) if begin else None,
				"place": (entry.place or None) if with_places else None,
			}
		)
	return found


def classes(row: frappe._dict, reader: cards.Reader, *, inside: bool) -> list[dict[str, Any]]:
	"""A cohort's live classes: what `live_classes.shown` says, with `day` and `hours` by the reader's clock.

	People who are not in the cohort see when they are, and no place, link or recording.
	"""
	found = [_class(each, reader) for each in live_classes.of_batches([row.name])]
	hidden = {} if inside else {"place": None, "recording_url": None, "is_open": False}
	return [each | hidden for each in found]


def classes_of_lesson(lesson: str, user: str) -> list[dict[str, Any]]:
	"""The live classes that complete a lesson, of the cohorts that `user` is in or teaches; as `classes`."""
	reader = cards.Reader.of(user)
	return [_class(each, reader) for each in live_classes.of_lesson(lesson, own_batches(user))]


def _class(row: frappe._dict, reader: cards.Reader) -> dict[str, Any]:
	zone = schedule.zone(reader.zone)
	start, end = (at(row).astimezone(zone) for at in (live_classes.starts_at, live_classes.ends_at))
	day, hours = dates.day(start.date()), f"{start:%H:%M}–{end:%H:%M}"
	return {**live_classes.shown(row, reader.now), "day": day, "hours": hours}


def waitlist_position(batch: str, user: str) -> int | None:
	"""The place of `user` on the cohort's waitlist, counted from 1; None if they do not wait."""
	return cards.positions([batch], user).get(batch)


def categories(user: str) -> list[str]:
	"""The categories of the cohorts that `user` may see, in order."""
	batch = frappe.qb.DocType("LMS Batch")
	rows = frappe.qb.from_(batch).select(batch.category).distinct().orderby(batch.category)
	return rows.where(Criterion.all([*_visible_to(batch, user), batch.category != ""])).run(pluck=True)


# Who sees what


def _read(batch: str, user: str) -> frappe._dict:
	table = frappe.qb.DocType("LMS Batch")
	rows = frappe.qb.from_(table).select(*(table[field] for field in DETAIL_FIELDS))
	found = rows.where(Criterion.all([table.name == batch, *_visible_to(table, user)])).run(as_dict=True)
	if not found:
		refused = UnknownBatchError(batch=batch)
		frappe.throw(refused.text, type(refused))
	return found[0]


def _visible_to(batch: Table, user: str) -> list[Criterion]:
	"""Published cohorts, those one is in, and those one teaches; who runs cohorts sees all."""
	if permissions.sees_every_cohort(user):
		return []
	teaches = frappe.qb.DocType("Course Instructor")
	taught = (
		frappe.qb.from_(teaches)
		.select(teaches.parent)
		.where((teaches.parenttype == "LMS Batch") & (teaches.instructor == user))
	)
	return [(batch.published == 1) | _own(batch, user) | batch.name.isin(taught)]


def _own(batch: Table, user: str) -> Criterion:
	"""The cohorts in which `user` is or waits, or has been to the end."""
	entry = frappe.qb.DocType("LMS Batch Enrollment")
	own = (entry.member == user) & (entry.status != WITHDRAWN)
	return batch.name.isin(frappe.qb.from_(entry).select(entry.batch).where(own))


def _filters(batch: Table, query: Query) -> list[Criterion]:
	found: list[Criterion] = []
	if words := query.search.split():
		fields = (batch.title, batch.description, batch.category)
		for word in words[:8]:
			pattern = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
			found.append(Criterion.any(field.like(pattern) for field in fields))
	if query.medium:
		found.append(batch.medium == query.medium)
	if query.category:
		found.append(batch.category == query.category)
	if query.free_seats:
		found.append(facts.has_free_seat(batch))
	return found


def _order(rows: Any, batch: Table, ended: Criterion) -> Any:
	"""What comes next first, then what has ended, the latest first."""
	past = Case().when(ended, 1).else_(0)
	return (
		rows.orderby(past)
		.orderby(Case().when(ended, batch.end_date), order=Order.desc)
		.orderby(batch.start_date, batch.start_time, batch.name)
	)


# What one cohort says besides its card


def _action(status: str | None, decision: Decision) -> dict[str, Any]:
	"""The one button: `label`, `can_enroll`, `outcome`, `can_withdraw`, and why it is off: `reason`, `advice`."""
	can_withdraw = not admission.withdrawal_refusal(status)
	off = decision.refusal if not can_withdraw and status not in SEATED else None
	return {
		"label": wording.button(status, decision.status),
		"can_enroll": not decision.refusal,
		"outcome": decision.status,
		"can_withdraw": can_withdraw,
		"reason": off.text if off else None,
		"reason_code": type(off).__name__ if off else None,
		"advice": wording.advice(off) if off else None,
	}


def _courses(courses: Collection[frappe._dict], user: str) -> list[dict[str, Any]]:
	names = [course.course for course in courses]
	progress = course_enrollment.progress_of(user, names)
	return [
		{
			"course": course.course,
			"title": course.title,
			"introduction": course.short_introduction,
			"progress": _progress(progress.get(course.course)),
			"route": f"/lms/courses/{course.course}" if course.published else None,
		}
		for course in courses
	]


def _progress(found: dict[str, Any] | None) -> dict[str, Any] | None:
	return found and {**found, "label": wording.progress(found["status"], found["progress"])}
