"""A cohort in the words of one reader: what its card says, in the list and at the head of its own page."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from pypika import functions as fn

import frappe
from frappe.utils import get_system_timezone, getdate

from smooth_lms.base import dates
from smooth_lms.cohorts import display, facts, schedule, wording
from smooth_lms.cohorts import state as states
from smooth_lms.cohorts.admission import WAITLISTED, WITHDRAWN, Cohort

INSTRUCTORS = """
	select link.parent, link.instructor, account.full_name, account.user_image
	from `tabCourse Instructor` link
	join `tabUser` account on account.name = link.instructor
	where link.parenttype = 'LMS Batch' and link.parent in %(batches)s
	order by link.parent, link.idx
"""


@dataclass(frozen=True, slots=True)
class Reader:
	"""Who reads, by which clock, and at what moment."""

	user: str
	zone: str
	now: datetime

	@classmethod
	def of(cls, user: str) -> "Reader":
		return cls(user, display.reader_zone(user), datetime.now(schedule.UTC))


def many(rows: Sequence[frappe._dict], reader: Reader) -> list[dict[str, Any]]:
	"""The cards of LMS Batch rows, in their order; a fixed number of queries for all of them."""
	names = [row.name for row in rows]
	hidden, people, statuses = (
		facts.unpublished_of(names),
		instructors(names),
		facts.statuses(names, reader.user),
	)
	places = positions([name for name in names if statuses.get(name) == WAITLISTED], reader.user)
	found = []
	for row in rows:
		found.append(_remembered(row, hidden[row.name], statuses.get(row.name), reader))
		found[-1]["instructors"] = people[row.name]
		if row.name in places:
			_set_position(found[-1], places[row.name])
	return found


@dataclass(frozen=True, slots=True)
class _Asked:
	"""What a card is made of. The same key makes the same card."""

	key: tuple
	row: frappe._dict = field(compare=False)
	hidden: Sequence[frappe._dict] = field(compare=False)
	status: str | None = field(compare=False)
	reader: Reader = field(compare=False)


def _remembered(
	row: frappe._dict, hidden: Sequence[frappe._dict], status: str | None, reader: Reader
) -> dict[str, Any]:
	"""A card, worked out once a minute for the same row and clock: many readers see the same ones.

	Args: hidden, the courses of the cohort that are not published.
	"""
	minute = reader.now.replace(second=0, microsecond=0)
	clock = (reader.zone, row.timezone or get_system_timezone(), minute)
	words = (frappe.local.site, frappe.local.lang)
	key = (*words, *clock, status, tuple(row.values()), tuple(each.title or each.course for each in hidden))
	asked = _Asked(key, row, hidden, status, reader)
	return dict(_make(asked) if frappe.conf.developer_mode else _made(asked))


def _make(asked: _Asked) -> dict[str, Any]:
	cohort = facts.cohort(asked.row, asked.hidden)
	found = card(asked.row, cohort, asked.status, asked.reader)
	_set_position(found, None)
	return found


@lru_cache(maxsize=1000)
def _made(asked: _Asked) -> dict[str, Any]:
	return _make(asked)


def one(row: frappe._dict, cohort: Cohort, status: str | None, reader: Reader) -> dict[str, Any]:
	"""The card of one cohort whose facts are known. Args: status, the reader's in it."""
	found = card(row, cohort, status, reader)
	found["instructors"] = instructors([row.name])[row.name]
	waits = status == WAITLISTED
	_set_position(found, positions([row.name], reader.user).get(row.name) if waits else None)
	return found


def card(row: frappe._dict, cohort: Cohort, status: str | None, reader: Reader) -> dict[str, Any]:
	"""What an LMS Batch row says to a reader. Moments are ISO 8601 in UTC."""
	zone_name = row.timezone or get_system_timezone()
	own = display.clock_parts(row)
	theirs = own if reader.zone == zone_name else display.clock_parts(row, reader.zone)
	same = (own["days"], own["hours"]) == (theirs["days"], theirs["hours"])
	# dates are shown by the reader's clock, so "tomorrow" is theirs too; whole days are the cohort's everywhere
	zone = schedule.zone(reader.zone if row.start_time else zone_name)
	starts, today = cohort.starts_at.astimezone(zone).date(), reader.now.astimezone(zone).date()
	return {
		"name": row.name,
		"title": row.title,
		"description": row.description,
		"category": row.category,
		"medium": row.medium,
		"medium_label": wording.medium(row.medium),
		"is_draft": not row.published,
		"route": f"/lms/batches/{row.name}",
		"timezone": zone_name,
		"starts_at": cohort.starts_at.isoformat(),
		"ends_at": cohort.ends_at.isoformat(),
		"first_day_ends_at": moment(getdate(row.start_date), schedule.clock(row.end_time), zone_name),
		"has_hours": bool(row.start_time),
		"starts_in": dates.days_until(starts, today),
		"when": own if same else theirs,
		"when_there": None if same else own,
		"whole_days_in": _place_of_whole_days(row, cohort, reader),
		"seats": {
			"limit": cohort.seat_count,
			"taken": cohort.seats_taken,
			"waitlist": cohort.waitlist_count,
			"label": wording.seats(cohort),
			"waitlist_label": wording.waitlist(cohort.waitlist_count),
		},
		"status": status if status != WITHDRAWN else None,
		"state": states.state(cohort, status, reader.now, zone),
	}


def _place_of_whole_days(row: frappe._dict, cohort: Cohort, reader: Reader) -> str | None:
	"""Where the days of a cohort without hours begin and end, for a reader whose midnight is another."""
	if row.start_time or cohort.starts_at.astimezone(schedule.zone(reader.zone)).time() == time():
		return None
	return display.zone_label(row.timezone)


def _set_position(found: dict[str, Any], position: int | None) -> None:
	code = found["state"] if isinstance(found["state"], str) else found["state"]["code"]
	label, tone = wording.state_label(code, position), states.TONES[code]
	found |= {"position": position, "state": {"code": code, "label": label, "tone": tone}}


def moment(day: date, clock: time | None, zone_name: str) -> str | None:
	"""A moment as an ISO 8601 text in UTC; None without a time of day."""
	return schedule.instant(day, clock, zone_name).isoformat() if clock else None


def instructors(batches: Collection[str]) -> dict[str, list[dict[str, str | None]]]:
	"""The instructors of each cohort, in order: `user, name, initials, image`."""
	rows = frappe.db.sql(INSTRUCTORS, {"batches": tuple(batches)}, as_dict=True) if batches else []
	found: dict[str, list[dict]] = {batch: [] for batch in batches}
	for row in rows:
		name = row.full_name or row.instructor
		found[row.parent].append(
			{
				"user": row.instructor,
				"name": name,
				"initials": wording.initials(name),
				"image": wording.picture(row.user_image),
			}
		)
	return found


def positions(batches: Collection[str], user: str) -> dict[str, int]:
	"""The place of `user` on the waitlist of each cohort, counted from 1."""
	if not batches:
		return {}
	own, before = (frappe.qb.DocType("LMS Batch Enrollment").as_(name) for name in ("own", "before_them"))
	rows = (
		frappe.qb.from_(own)
		.join(before)
		.on(
			(before.batch == own.batch)
			& (before.status == WAITLISTED)
			& (before.waitlist_position <= own.waitlist_position)
			& before.offered_until.isnull()
		)
		.select(own.batch, fn.Count("*"))
		.where((own.member == user) & (own.status == WAITLISTED) & own.batch.isin(list(batches)))
		.groupby(own.batch)
	).run()
	return dict(rows)
