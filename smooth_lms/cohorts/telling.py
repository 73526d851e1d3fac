"""What people of a cohort have to hear: who is invited to what, what has changed for them, what is cancelled.

What somebody was told last of each class stands in their notices (LMS Notice). Some minutes after a cohort, a class or
a seat has changed (`LMS Batch.tell_on`), that is compared with what is so by then, and each difference becomes one
notice. So a change that is undone tells nobody, a job that is killed or run twice tells nobody twice, and it does not
matter by which door the change came.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import frappe
from frappe import _
from frappe.utils import add_to_date, now_datetime

from smooth_lms.base.notices import delivery, ledger
from smooth_lms.base.notices.ledger import HELD, WAITING, Notice, as_details
from smooth_lms.base.reads import read_rows
from smooth_lms.base.rows import set_value
from smooth_lms.base.transactions import in_one_transaction
from smooth_lms.cohorts import appointments, starting
from smooth_lms.cohorts.admission import SEATED
from smooth_lms.cohorts.appointments import Appointment
from smooth_lms.cohorts.invitations import CANCEL, REQUEST
from smooth_lms.cohorts.notices import CANCELLED, CHANGED, INVITATION, OF_CLASSES
from smooth_lms.cohorts.schedule import UTC

BATCH = "LMS Batch"
MINUTES = 5
"""So long after the first change people are told, so that what is undone meanwhile tells nobody."""


@dataclass(frozen=True, slots=True)
class Known:
	"""What somebody was told last of one appointment."""

	method: str
	appointment: Appointment


@dataclass(slots=True)
class Standing:
	"""What the notices of one person say of one appointment."""

	known: Known | None = None
	"""As the last one says that has gone out."""
	pending: frappe._dict | None = None
	"""The one that has not gone out yet."""
	top: int = -1
	"""The highest number so far."""


def due_moment() -> datetime:
	"""When people are told of what changes now, by the site's clock."""
	return add_to_date(now_datetime(), minutes=MINUTES, as_datetime=True)


def mark(batch: str) -> None:
	"""Note that something has changed for the people of a cohort."""
	table = frappe.qb.DocType(BATCH)
	# Not by a filter: Frappe's "not set" compares with an empty text too, which is no date to write by
	unmarked = (table.name == batch) & table.tell_on.isnull()
	frappe.qb.update(table).set(table.tell_on, due_moment()).where(unmarked).run()  # sql: a date and time


def scheduled() -> None:
	"""Scheduler, every five minutes: find out what people have to hear, and send what is due. Commits as it goes."""
	marked = read_rows(BATCH, ("name",), {}, up_to={"tell_on": now_datetime()}, order="tell_on")
	for batch in [row.name for row in marked]:
		try:
			in_one_transaction(lambda batch=batch: tell(batch))
		except Exception:
			frappe.db.rollback()
			frappe.log_error(
				_("People of a cohort could not be told what has changed"),
				reference_doctype=BATCH,
				reference_name=batch,
			)
			# the others first; and not again every five minutes
			later = add_to_date(now_datetime(), hours=1, as_datetime=True)
			set_value(BATCH, batch, "tell_on", later, update_modified=False)
			frappe.db.commit()
	in_one_transaction(lambda: starting.tell(datetime.now(UTC)))
	delivery.deliver()


def tell(batch: str, *, known_already: bool = False) -> int:
	"""Note for each person of a cohort what is new to them. A fixed number of reads, whatever the number.

	Args:
	        batch: LMS Batch.
	        known_already: only note it, as what people know; nobody is sent anything.

	Returns how many notices there are to send, or were noted.
	"""
	row = frappe.db.get_value(BATCH, batch, ["name", "published"], as_dict=True, for_update=True)
	if not row:
		return 0
	set_value(BATCH, batch, "tell_on", None, update_modified=False)
	present = appointments.of_batch(batch) if row.published else {}
	standing, stale = _standing(batch), []
	notices = list(decide(batch, present, _people(batch), standing, datetime.now(UTC), stale))
	ledger.forget(stale)
	if known_already:
		reason = _("Known before notices were sent.")
		return ledger.tell(notices, status=ledger.DROPPED, reason=reason)
	return ledger.tell(notices)


def decide(
	batch: str,
	present: Mapping[str, Appointment],
	people: Collection[str],
	standing: Mapping[tuple[str, str], Standing],
	now: datetime,
	stale: list[str],
) -> Iterator[Notice]:
	"""What each person has to be told. No database.

	Args:
	        batch: LMS Batch.
	        present: its appointments, by key.
	        people: who has a seat or teaches.
	        standing: what was told until now, by key of the appointment and person.
	        now: aware; what is over is not told.
	        stale: takes the names of notices that have not gone out and are true no more.
	"""
	coming = {key: each for key, each in present.items() if each.ends_at > now}
	pairs = {(key, person) for key in coming for person in people} | standing.keys()
	inside = set(people)
	for key, person in sorted(pairs):
		stands = standing.get((key, person)) or Standing()
		wanted = coming.get(key) if person in inside else None
		news = _news(stands.known, wanted, person in inside, now)
		if stands.pending:
			if news and (stands.pending.event, stands.pending.details) == news:
				continue
			stale.append(stands.pending.name)
		if news:
			yield Notice(news[0], person, BATCH, batch, key, stands.top + 1, news[1])


def _news(
	known: Known | None, wanted: Appointment | None, inside: bool, now: datetime
) -> tuple[str, str] | None:
	"""The event and the details of what is new to one person about one appointment; None where nothing is."""
	invited = known is not None and known.method == REQUEST
	if wanted and not invited:
		return INVITATION.key, as_details({"method": REQUEST, "is": wanted.as_dict()})
	if wanted and known.appointment != wanted:
		told = {"method": REQUEST, "is": wanted.as_dict(), "was": known.appointment.as_dict()}
		return CHANGED.key, as_details(told)
	if not wanted and invited and known.appointment.ends_at > now:
		# who has left the cohort knows that; their calendar does not
		event = CANCELLED if inside else INVITATION
		return event.key, as_details({"method": CANCEL, "is": known.appointment.as_dict()})
	return None


def _people(batch: str) -> set[str]:
	seated = {"batch": batch, "status": ["in", list(SEATED)]}
	taught = {"parenttype": BATCH, "parent": batch}
	return {
		*frappe.get_all("LMS Batch Enrollment", filters=seated, pluck="member", limit=0),
		*frappe.get_all("Course Instructor", filters=taught, pluck="instructor", limit=0),
	}


def _standing(batch: str) -> dict[tuple[str, str], Standing]:
	about = {"reference_doctype": BATCH, "reference_name": batch, "event": OF_CLASSES}
	fields = ("name", "event", "item", "recipient", "sequence", "details", "status")
	found: dict[tuple[str, str], Standing] = {}
	# a locking read: what is being sent at this moment is known only when that has committed
	for row in read_rows(ledger.DOCTYPE, fields, about, order="`sequence`", lock=True):
		stands = found.setdefault((row.item, row.recipient), Standing())
		stands.top = row.sequence
		if row.status in (WAITING, HELD):
			stands.pending = row
		else:
			stands.known = _known(row.details)
	return found


@lru_cache(maxsize=1_000)
def _known(details: str) -> Known:
	told = frappe.parse_json(details)
	return Known(told["method"], Appointment.of(told["is"]))


def tell_people(
	event: Any, batch: str, people: Iterable[str], *, at_once: bool = False, **details: Any
) -> None:
	"""Tell people of a cohort about their own seats, some minutes later.

	Args:
	        event: one of `notices.py` about seats.
	        batch: LMS Batch.
	        people: whom; nobody is told what they did themselves.
	        at_once: not later, because it is theirs to act.
	        details: what is told.
	"""
	if frappe.flags.mute_emails:
		return
	moment = now_datetime()
	number = int(moment.timestamp()) - EPOCH
	ledger.tell(
		(
			Notice(event.key, person, BATCH, batch, "", number, as_details(details))
			for person in people
			if person != frappe.session.user
		),
		due_on=moment if at_once else moment + timedelta(minutes=MINUTES),
	)


EPOCH = 1_700_000_000
"""Seconds count from here, so that they fit into a number of the database for long."""
