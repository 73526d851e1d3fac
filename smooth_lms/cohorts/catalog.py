"""What people see of cohorts: the list and one cohort, for one reader. Reads only.

What somebody may do is never decided here: the door's own functions are asked (`gate.py`, `admission.py`).
The list costs the same number of queries however many cohorts there are.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import frappe
from frappe.utils import cint, get_system_timezone

from smooth_lms import permissions
from smooth_lms.base import dates, paging
from smooth_lms.base.reads import read_rows
from smooth_lms.base.sql import Condition
from smooth_lms.cohorts import admission, cards, clashes, display, facts, live_classes, schedule, wording
from smooth_lms.cohorts.admission import ENROLLED, SEATED, WAITLISTED, Attempt
from smooth_lms.cohorts.gate import Decision, Gate
from smooth_lms.cohorts.timetable import own_batches
from smooth_lms.courses import enrollment as course_enrollment
from smooth_lms.exceptions import ApprovalRequiredError, UnknownBatchError
from smooth_lms.permissions import shown

TABS = ("mine", "upcoming", "past")
MOST_OFFERED = 500
MEDIA = ("Online", "Offline", "Hybrid")
FIELDS = (*facts.COHORT_FIELDS, "description", "category", "medium")
DETAIL_FIELDS = (*FIELDS, "batch_details", "discussion_guidelines", "image", "place", "contact", "modified")
TABLE = "from `tabLMS Batch` cohort"
OWN = (
	"cohort.name in (select seat.batch from `tabLMS Batch Enrollment` seat"
	" where seat.member = %(user)s and seat.status != 'Withdrawn')"
)
"""The cohorts in which somebody is or waits, or has been to the end."""
VISIBLE = (
	f"(cohort.published = 1 or {OWN} or cohort.name in (select parent from `tabCourse Instructor`"
	" where parenttype = 'LMS Batch' and instructor = %(user)s))"
)
NEXT = (
	"join `tabLMS Batch Enrollment` entry"
	" on entry.batch = cohort.name and entry.member = %(user)s and entry.status in %(statuses)s"
)
WORD = "(cohort.title like %(word_{number})s or cohort.description like %(word_{number})s or cohort.category like %(word_{number})s)"
ORDER = (
	"order by if({ended}, 1, 0), if({ended}, cohort.end_date, null) desc,"
	" cohort.start_date, cohort.start_time, cohort.name"
)
"""What comes next first, then what has ended, the latest first."""


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
	page_size: int = paging.PAGE_SIZE

	@classmethod
	def of(cls, **asked: Any) -> "Query":
		"""The query that untrusted values ask for; what makes no sense is left at its default."""
		return cls(
			tab=asked.get("tab") if asked.get("tab") in TABS else "upcoming",
			medium=asked.get("medium") if asked.get("medium") in MEDIA else "",
			category=str(asked.get("category") or ""),
			free_seats=bool(cint(asked.get("free_seats"))),
			**paging.asked(asked),
		)


def cohorts(query: Query, user: str) -> dict[str, Any]:
	"""One page of the cohorts that `user` may see.

	Returns `cohorts` (see `cards.card`), `total`, `page`, `pages`, `page_size` and `counts`, the totals of each tab
	under the same search and filters.
	"""
	reader = cards.Reader.of(user)
	ended, wanted = facts.has_ended(reader.now), _wanted(query, user)
	values = {"user": user, **ended.values, **wanted.values}
	tabs = {"mine": OWN, "upcoming": f"not {ended.text}", "past": ended.text}
	counts = _counts(wanted, tabs, values)
	part = paging.part(query.page, query.page_size, counts[query.tab])
	found = _cohorts(
		FIELDS,
		f"{wanted.text} and {tabs[query.tab]} {ORDER.format(ended=ended.text)} limit %(size)s offset %(skipped)s",
		{**values, "size": part.page_size, "skipped": part.skipped},
	)
	return {"cohorts": cards.many(found, reader), "counts": counts, **part.as_dict()}


def coming_up(user: str, limit: int = 5) -> dict[str, list[dict]]:
	"""What is next for `user`: `enrolled`, the cohorts that have not ended, and `waitlisted`."""
	reader = cards.Reader.of(user)
	ended = facts.has_ended(reader.now)
	found: dict[str, list[frappe._dict]] = {ENROLLED: [], WAITLISTED: []}
	for row in _cohorts(
		FIELDS,
		f"not {ended.text} {ORDER.format(ended=ended.text)}",
		{"user": user, "statuses": tuple(found), **ended.values},
		joined=NEXT,
	):
		found[row.status].append(row)
	found = {status: rows[:limit] for status, rows in found.items()}
	shown = cards.many([row for rows in found.values() for row in rows], reader)
	seated = len(found[ENROLLED])
	return {"enrolled": shown[:seated], "waitlisted": shown[seated:]}


def cohort(batch: str, user: str) -> dict[str, Any]:
	"""One cohort as `user` sees it. Raises UnknownBatchError also where there is one they may not see.

	Returns what the list has (see `cards.card`) and `action`, `clashes`, `offered_until`, `about`, `courses`, `timetable`, `guidelines`, `image, place, contact`. Places and
	guidelines are for people who are enrolled or run the cohort; for others they are None.
	"""
	reader = cards.Reader.of(user)
	row = _read(batch, user)
	gate = Gate(row, Attempt(now=reader.now, by_self=True))
	before = gate.cohort
	candidate = facts.candidates(row, [user], courses=gate.course_names, to_show=True)[user]
	status = candidate.member.status
	decision = gate.decide(candidate)
	card = cards.one(row, before, status, reader)
	teaches = user in {person["user"] for person in card["instructors"]}
	inside = status in SEATED or permissions.sees_every_cohort(user) or teaches
	courses = _courses(gate.courses, user)
	if status == ENROLLED and before.ends_at > reader.now and _all_done(courses):
		card["state"] = card["state"] | {"label": wording.courses_done()}
	return {
		**card,
		"action": {**_action(status, decision), "for_team": _takes_people(before, reader.now)},
		"clashes": _clashes(row.name, user, decision, candidate),
		"offered_until": _offered_until(candidate, reader),
		"about": row.batch_details,
		"courses": courses,
		"timetable": timetable(row, reader.zone, with_places=inside),
		"classes": classes(row, reader, inside=inside),
		"guidelines": row.discussion_guidelines if inside else None,
		"image": row.image or None,
		"place": (row.place or None) if inside else None,
		"contact": row.contact or None,
		"is_inside": inside,
	}


def offered_to_teams(user: str) -> list[tuple[str, str]]:
	"""The cohorts into which a manager can bring people: name, and title with days; what comes next first."""
	ended = facts.has_ended(datetime.now(schedule.UTC))
	rows = _cohorts(
		("name", "title", "start_date", "end_date"),
		f"{_visible_to(user)} and cohort.published = 1 and not {ended.text}"
		" order by cohort.start_date, cohort.name limit %(most)s",
		{"user": user, "most": MOST_OFFERED, **ended.values},
	)
	return [(row.name, f"{row.title} · {dates.days(row.start_date, row.end_date)}") for row in rows]


def timetable(row: frappe._dict, zone_name: str, *, with_places: bool) -> list[dict[str, Any]]:
	"""A cohort's timetable by day of its own clock: `date, day, sessions`.

	Each session has `name, subject, course, place`, and `at`: see `display.span`, None without a time.
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
		starts, ends = (
			schedule.instant(entry.date, each, own_zone) if each else None for each in (begin, close)
		)
		found[-1]["sessions"].append(
			{
				"name": entry.name,
				"subject": entry.subject,
				"course": entry.course,
				"at": display.span(entry.date, starts, ends, own_zone, zone_name) if starts else None,
				"place": (entry.place or None) if with_places else None,
			}
		)
	return found


def classes(row: frappe._dict, reader: cards.Reader, *, inside: bool) -> list[dict[str, Any]]:
	"""A cohort's live classes: what `live_classes.shown` says, with `day` by the reader's clock and `at` (`display.span`).

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
	starts, ends = live_classes.starts_at(row), live_classes.ends_at(row)
	day = starts.astimezone(zone).date()
	at = display.span(day, starts, ends, row.timezone or get_system_timezone(), reader.zone)
	return {**live_classes.shown(row, reader.now), "day": dates.day(day), "at": at}


def waitlist_position(batch: str, user: str) -> int | None:
	"""The place of `user` on the cohort's waitlist, counted from 1; None if they do not wait."""
	return cards.positions([batch], user).get(batch)


def categories(user: str) -> list[str]:
	"""The categories of the cohorts that `user` may see, in order."""
	statement = f"select distinct cohort.category {TABLE} where {_visible_to(user)} and cohort.category != ''"
	return frappe.db.sql(  # sql: texts of ours, see above
		f"{statement} order by cohort.category", {"user": user}, pluck=True
	)


# Who sees what


def _read(batch: str, user: str) -> frappe._dict:
	wanted = f"cohort.name = %(batch)s and {_visible_to(user)}"
	found = _cohorts(DETAIL_FIELDS, wanted, {"batch": batch, "user": user})
	if not found:
		refused = UnknownBatchError(batch=batch)
		frappe.throw(refused.text, type(refused))
	return found[0]


def _cohorts(
	fields: Collection[str], wanted: str, values: Mapping[str, Any], *, joined: str = ""
) -> list[frappe._dict]:
	"""Rows of LMS Batch. Args: wanted, joined, texts of this module."""
	columns = ", ".join([*(f"cohort.`{field}`" for field in fields), *(["entry.status"] if joined else [])])
	# sql: names and texts of our code, values are parameters
	return frappe.db.sql(f"select {columns} {TABLE} {joined} where {wanted}", values, as_dict=True)


def names_seen(user: str) -> list[str]:
	"""The cohorts that `user` may see."""
	# sql: texts of ours, see above
	return frappe.db.sql(
		f"select cohort.name {TABLE} where {_visible_to(user)}", {"user": user}, pluck=True
	) or [""]


def rows_named(names: Collection[str], user: str) -> list[frappe._dict]:
	"""Those of these cohorts that `user` may see, with what cards need."""
	wanted = f"cohort.name in %(names)s and {_visible_to(user)}"
	return _cohorts(FIELDS, wanted, {"names": tuple(names) or ("",), "user": user})


def _visible_to(user: str) -> str:
	"""Published cohorts whose audience one is in, those one is in, and those one teaches; who runs cohorts sees all."""
	if permissions.sees_every_cohort(user):
		return "true"
	return " and ".join(filter(None, (VISIBLE, shown.to(user, shown.BATCH, "cohort"))))


def _wanted(query: Query, user: str) -> Condition:
	"""What `user` may see of what they ask for, on all tabs."""
	found, values = [_visible_to(user)], {}
	for number, pattern in enumerate(paging.patterns(query.search)):
		values[f"word_{number}"] = pattern
		found.append(WORD.format(number=number))
	if query.medium:
		values["medium"] = query.medium
		found.append("cohort.medium = %(medium)s")
	if query.category:
		values["category"] = query.category
		found.append("cohort.category = %(category)s")
	if query.free_seats:
		found.append(facts.has_free_seat().text)
	return Condition(" and ".join(found), values)


def _counts(wanted: Condition, tabs: Mapping[str, str], values: Mapping[str, Any]) -> dict[str, int]:
	"""How many cohorts each tab has. One query."""
	sums = ", ".join(f"sum(if({condition}, 1, 0))" for condition in tabs.values())
	# sql: texts of our code, values are parameters
	(found,) = frappe.db.sql(f"select {sums} {TABLE} where {wanted.text}", values)
	return {name: int(count or 0) for name, count in zip(tabs, found, strict=True)}


# What one cohort says besides its card


def _action(status: str | None, decision: Decision) -> dict[str, Any]:
	"""The one button: `label`, `can_enroll`, `can_ask`, `outcome`, `can_withdraw`, and why it is off: `reason`, `advice`."""
	can_withdraw = not admission.withdrawal_refusal(status)
	off = decision.refusal if not can_withdraw and status not in SEATED else None
	return {
		"label": wording.button(status, decision.status),
		"can_enroll": not decision.refusal,
		"can_ask": isinstance(decision.refusal, ApprovalRequiredError),
		"outcome": decision.status,
		"can_withdraw": can_withdraw,
		"reason": off.text if off else None,
		"reason_code": type(off).__name__ if off else None,
		"advice": wording.advice(off) if off else None,
	}


def _clashes(batch: str, user: str, decision: Decision, candidate: facts.Candidate) -> list[str]:
	"""What is at the same time, for a reader who can get in here."""
	asks = isinstance(decision.refusal, ApprovalRequiredError)
	return clashes.of_person(batch, user) if not decision.refusal or asks or candidate.offered_until else []


def _offered_until(candidate: facts.Candidate, reader: cards.Reader) -> str | None:
	"""Until when a seat is offered to the reader, by their clock, in words; None where none is."""
	if candidate.member.status != WAITLISTED or not candidate.offered_until:
		return None
	site = schedule.zone(get_system_timezone())
	moment = candidate.offered_until.replace(tzinfo=site).astimezone(schedule.zone(reader.zone))
	return f"{dates.day(moment.date())}, {moment.strftime('%H:%M')} ({display.zone_label(reader.zone)})"


def _takes_people(cohort: admission.Cohort, now: datetime) -> bool:
	"""Whether managers can bring people into the cohort at all."""
	closed = admission.opening_refusal(cohort) or admission.timing_refusal(cohort, now)
	return not closed


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


def _all_done(courses: Collection[dict[str, Any]]) -> bool:
	return bool(courses) and all((each["progress"] or {}).get("status") == "Completed" for each in courses)


def _progress(found: dict[str, Any] | None) -> dict[str, Any] | None:
	return found and {**found, "label": wording.progress(found["status"], found["progress"])}
