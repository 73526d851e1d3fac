"""What begins soon: a cohort in a week and tomorrow, a class within the hour, and for instructors who comes."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import frappe
from frappe import _
from frappe.utils import get_system_timezone, getdate

from smooth_lms import permissions
from smooth_lms.base import links
from smooth_lms.base.dates import day
from smooth_lms.base.notices import ledger
from smooth_lms.base.notices.events import Event
from smooth_lms.base.notices.hours import MORNING
from smooth_lms.base.notices.ledger import Notice
from smooth_lms.base.notices.letters import Letter, Reader
from smooth_lms.base.words import plural
from smooth_lms.cohorts import display, live_classes, schedule
from smooth_lms.cohorts.admission import SEATED
from smooth_lms.cohorts.notices import BELOW_MINIMUM, CLASS_SOON, IN_A_WEEK, ROSTER, TOMORROW

BATCH = "LMS Batch"
TEMPLATE = "seat_notice"
AHEAD = {IN_A_WEEK.key: 7, TOMORROW.key: 1, ROSTER.key: 1}
"""Days before a cohort starts."""
HOUR = timedelta(hours=1)


def tell(now: datetime) -> None:
	"""Note who has to hear of what begins soon; those who were told before are not told again.

	Args: now, aware. Whoever gets a seat later that day has just heard of it.
	"""
	ledger.tell([*_of_cohorts(now), *_of_classes(now), *_short_of_people(now)])


def cohort_starts(notice: Notice, reader: Reader) -> Letter | None:
	"""A cohort starts in a week, or tomorrow; None where it does no longer."""
	batch = frappe.get_cached_doc(BATCH, notice.name)
	if not batch.published or str(batch.start_date) != notice.told["starts"]:
		return None
	subject, sentence = {
		IN_A_WEEK.key: (_("In a week: {0}"), _("This cohort starts in a week.")),
		TOMORROW.key: (_("Tomorrow: {0}"), _("This cohort starts tomorrow.")),
		ROSTER.key: (_("You teach tomorrow: {0}"), _people_in_words(notice.name)),
	}[notice.event]
	return _letter(batch, subject.format(batch.title), sentence, display.when(batch, reader.zone))


def below_minimum(notice: Notice, reader: Reader) -> Letter | None:
	"""A cohort that starts soon has fewer people than it needs; None where it has enough by now, or was moved."""
	batch = frappe.get_doc(BATCH, notice.name)  # not from the cache: counters are written past it
	short = batch.seats_taken < (batch.minimum_count or 0)
	if not batch.published or not short or str(batch.start_date) != notice.told["starts"]:
		return None
	sentence = plural(
		batch.seats_taken,
		_(
			"1 person has a seat, and at least {1} are needed. Invite people, move the cohort, or unpublish it."
		),
		_(
			"{0} people have a seat, and at least {1} are needed. Invite people, move the cohort, or unpublish it."
		),
	).format(batch.seats_taken, batch.minimum_count)
	return _letter(
		batch, _("Too few people: {0}").format(batch.title), sentence, display.when(batch, reader.zone)
	)


def class_begins(notice: Notice, reader: Reader) -> Letter | None:
	"""A class begins within the hour; None where it does no longer."""
	row = frappe.db.get_value(live_classes.DOCTYPE, notice.item, live_classes.FIELDS, as_dict=True)
	if not row or row.cancelled or live_classes.starts_at(row).isoformat() != notice.told["starts"]:
		return None
	if live_classes.starts_at(row) <= live_classes.now_utc():
		return None
	batch = frappe.get_cached_doc(BATCH, row.batch)
	starts = live_classes.starts_at(row).astimezone(schedule.zone(reader.zone))
	shown = display.span(
		starts.date(), starts, live_classes.ends_at(row), row.timezone or get_system_timezone(), reader.zone
	)
	when = f"{day(starts.date())}, {shown['hours']} ({shown['place']})"
	sentence = _("This class begins within the hour. You can join it from the page of the cohort.")
	if row.place:
		sentence = _("This class begins within the hour: {0}.").format(row.place)
	return _letter(batch, _("Soon: {0}").format(row.title), sentence, when, begins=starts)


def _letter(batch, subject: str, sentence: str, when: str, begins: datetime | None = None) -> Letter:
	values = {
		"title": batch.title,
		"sentence": sentence,
		"when": when,
		"batch_url": links.absolute(f"/lms/batches/{batch.name}"),
	}
	return Letter(subject, TEMPLATE, values, begins or _start(batch))


def _start(batch) -> datetime:
	zone = batch.timezone or get_system_timezone()
	return schedule.starts_at(getdate(batch.start_date), schedule.clock(batch.start_time), zone)


def _people_in_words(batch: str) -> str:
	number = frappe.db.count("LMS Batch Enrollment", {"batch": batch, "status": ["in", list(SEATED)]})
	return plural(
		number,
		_("This cohort starts tomorrow. 1 person has a seat: the list is on its page."),
		_("This cohort starts tomorrow. {0} people have a seat: the list is on its page."),
	).format(number)


def _of_cohorts(now: datetime) -> Iterator[Notice]:
	days = [now.date() + timedelta(days=each) for each in (0, 1, 2, 6, 7, 8)]
	rows = frappe.get_all(
		BATCH,
		filters={"published": 1, "start_date": ["in", days]},
		fields=["name", "start_date", "timezone"],
		limit=0,
	)
	for row in rows:
		local = now.astimezone(schedule.zone(row.timezone or get_system_timezone()))
		if local.time() < MORNING:
			continue
		ahead = (row.start_date - local.date()).days
		for event in (IN_A_WEEK, TOMORROW, ROSTER):
			if AHEAD[event.key] == ahead:
				people = _teachers(row.name) if event is ROSTER else _seated(row.name)
				details = ledger.as_details({"starts": str(row.start_date)})
				yield from _notices(event, row.name, "", _number(row.start_date), details, people)


def _short_of_people(now: datetime) -> Iterator[Notice]:
	rows = frappe.get_all(
		BATCH,
		filters={"published": 1, "minimum_count": [">", 0], "start_date": [">=", now.date()]},
		fields=["name", "start_date", "timezone", "minimum_count", "minimum_days", "seats_taken"],
		limit=0,
	)
	for row in rows:
		local = now.astimezone(schedule.zone(row.timezone or get_system_timezone()))
		ahead = (row.start_date - local.date()).days
		if local.time() < MORNING or not 0 <= ahead <= row.minimum_days:
			continue
		if row.seats_taken < row.minimum_count:
			people = {*permissions.moderators(), *_teachers(row.name)}
			details = ledger.as_details({"starts": str(row.start_date)})
			yield from _notices(BELOW_MINIMUM, row.name, "", _number(row.start_date), details, sorted(people))


def _of_classes(now: datetime) -> Iterator[Notice]:
	days = [now.date() + timedelta(days=each) for each in (-1, 0, 1)]
	filters = {"date": ["in", days], "cancelled": 0}
	fields = ["name", "batch", "date", "start_time", "timezone"]
	for row in frappe.get_all(live_classes.DOCTYPE, filters=filters, fields=fields, limit=0):
		starts = live_classes.starts_at(row)
		if now < starts <= now + HOUR and frappe.get_cached_value(BATCH, row.batch, "published"):
			details = ledger.as_details({"starts": starts.isoformat()})
			number = int(starts.timestamp()) // 60
			people = [*_seated(row.batch), *_teachers(row.batch)]
			yield from _notices(CLASS_SOON, row.batch, row.name, number, details, people)


def _notices(
	event: Event, batch: str, item: str, number: int, details: str, people: list[str]
) -> Iterator[Notice]:
	known = {"event": event.key, "reference_name": batch, "item": item, "sequence": number}
	if not frappe.db.exists(ledger.DOCTYPE, known):
		for person in people:
			yield Notice(event.key, person, BATCH, batch, item, number, details)


def _number(on: date) -> int:
	return on.toordinal()


def _seated(batch: str) -> list[str]:
	seats = {"batch": batch, "status": ["in", list(SEATED)]}
	return frappe.get_all("LMS Batch Enrollment", filters=seats, pluck="member", limit=0)


def _teachers(batch: str) -> list[str]:
	taught = {"parenttype": BATCH, "parent": batch}
	return frappe.get_all("Course Instructor", filters=taught, pluck="instructor", limit=0)
