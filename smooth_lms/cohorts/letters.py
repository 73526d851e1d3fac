"""Notices about cohorts in words, and as invitations."""

from collections.abc import Collection
from datetime import datetime, timedelta

import frappe
from frappe import _
from frappe.email.doctype.email_account.email_account import EmailAccount
from frappe.utils import get_system_timezone, getdate

from smooth_lms.base import links
from smooth_lms.base.dates import day, days
from smooth_lms.base.notices.ledger import Notice
from smooth_lms.base.notices.letters import PLACEHOLDER, Letter, Reader
from smooth_lms.base.reads import read_rows, read_value
from smooth_lms.cohorts import cards, display, invitations, schedule
from smooth_lms.cohorts.admission import SEATED, WAITLISTED, WITHDRAWN
from smooth_lms.cohorts.appointments import Appointment

TEMPLATE = "class_notice"
SEAT_TEMPLATE = "seat_notice"


def invitation(notice: Notice, reader: Reader) -> Letter | None:
	"""Somebody is invited to a class, or has left its cohort and need not come."""
	told = notice.told
	if told["method"] == invitations.CANCEL:
		sentence = _("You are no longer in this cohort. The class comes out of your calendar.")
		return _letter(notice, reader, _("No longer in your calendar: {0}"), sentence)
	return _letter(notice, reader, _("Invitation: {0}"), _("You are invited to this class."))


def changed(notice: Notice, reader: Reader) -> Letter | None:
	"""A class is moved, at another place, or called otherwise."""
	new, old = (Appointment.of(notice.told[key]) for key in ("is", "was"))
	if (new.starts, new.ends, new.days) != (old.starts, old.ends, old.days):
		return _letter(notice, reader, _("Moved: {0}"), _("This class has another time now."))
	if new.place != old.place:
		return _letter(notice, reader, _("Another place: {0}"), _("This class is at another place now."))
	return _letter(notice, reader, _("Changed: {0}"), _("This class has changed."))


def cancelled(notice: Notice, reader: Reader) -> Letter | None:
	"""A class does not take place, or is not shown any more."""
	return _letter(notice, reader, _("Cancelled: {0}"), _("This class does not take place."))


def withdrawn(notice: Notice, reader: Reader) -> Letter | None:
	"""Somebody else has taken the reader out of a cohort."""
	sentence = _("You are no longer in this cohort. Ask those who run it if you did not expect that.")
	return _seat_letter(notice, reader, _("You are no longer in {0}"), sentence)


def waitlisted(notice: Notice, reader: Reader) -> Letter | None:
	"""Somebody else has put the reader on a waitlist."""
	position = cards.positions([notice.name], reader.user).get(notice.name, 1)
	sentence = _(
		"The cohort is full, and you are number {0} on its waitlist. You hear from us when a seat comes free."
	).format(position)
	return _seat_letter(notice, reader, _("You are on the waitlist: {0}"), sentence)


def offered(notice: Notice, reader: Reader) -> Letter | None:
	"""A seat has come free for the reader, who has to accept it."""
	own = {"batch": notice.name, "member": reader.user, "status": WAITLISTED}
	until = read_value("LMS Batch Enrollment", "offered_until", own)
	if not until:
		return None
	moment = until.replace(tzinfo=schedule.zone(get_system_timezone())).astimezone(schedule.zone(reader.zone))
	sentence = _("A seat has come free. Accept it by {0}, {1}; after that it goes to the next.").format(
		day(moment.date()), moment.strftime("%H:%M")
	)
	return _seat_letter(notice, reader, _("A seat for you: {0}"), sentence)


def offer_expired(notice: Notice, reader: Reader) -> Letter | None:
	"""The reader has not accepted an offered seat in time."""
	sentence = _(
		"You have not accepted the seat in time, and it has gone to the next. You can join the waitlist again."
	)
	return _seat_letter(notice, reader, _("The seat has gone to the next: {0}"), sentence)


def who_is_offered(batch: str, people: Collection[str]) -> set[str]:
	"""Those of these people to whom a seat is offered, and who have not accepted it by now."""
	own = {"batch": batch, "member": tuple(people), "status": WAITLISTED}
	rows = read_rows("LMS Batch Enrollment", ("member", "offered_until"), own)
	return {row.member for row in rows if row.offered_until}


def who_is_out(batch: str, people: Collection[str]) -> set[str]:
	"""Those of these people who are out of a cohort, and not back in it by now."""
	return _with_status(batch, people, WITHDRAWN)


def who_waits(batch: str, people: Collection[str]) -> set[str]:
	"""Those of these people who wait for a seat in a cohort, and have not got one by now."""
	return _with_status(batch, people, WAITLISTED)


def who_has_a_seat(batch: str, people: Collection[str]) -> set[str]:
	"""Those of these people who have a seat in a cohort."""
	return _with_status(batch, people, *SEATED)


def _with_status(batch: str, people: Collection[str], *statuses: str) -> set[str]:
	seats = {"batch": batch, "member": ["in", list(people)], "status": ["in", list(statuses)]}
	return set(frappe.get_all("LMS Batch Enrollment", filters=seats, pluck="member", limit=0))


def _seat_letter(notice: Notice, reader: Reader, subject: str, sentence: str) -> Letter | None:
	batch = frappe.get_cached_doc("LMS Batch", notice.name)
	zone = batch.timezone or get_system_timezone()
	begins = schedule.starts_at(getdate(batch.start_date), schedule.clock(batch.start_time), zone)
	if schedule.ends_at(getdate(batch.end_date), schedule.clock(batch.end_time), zone) <= datetime.now(
		schedule.UTC
	):
		return None
	values = {
		"title": batch.title,
		"sentence": sentence,
		"when": display.when(batch, reader.zone),
		"batch_url": links.absolute(f"/lms/batches/{notice.name}"),
	}
	return Letter(subject.format(batch.title), SEAT_TEMPLATE, values, begins)


def _letter(notice: Notice, reader: Reader, subject: str, sentence: str) -> Letter | None:
	told, now = notice.told, datetime.now(schedule.UTC)
	appointment = Appointment.of(told["is"])
	before = Appointment.of(told["was"]) if told.get("was") else None
	# nothing is said of what is over; of what has moved into the past, to whom still wait for it
	begins = min(each.begins_at for each in (appointment, before) if each)
	if max(each.ends_at for each in (appointment, before) if each) <= now:
		return None
	url = links.absolute(f"/lms/batches/{notice.name}")
	cancels = told["method"] == invitations.CANCEL
	values = {
		"title": appointment.title,
		"sentence": sentence,
		"when": when(appointment, reader.zone),
		"was": when(before, reader.zone) if before else None,
		"place": appointment.place,
		"place_was": before.place if before and before.place != appointment.place else None,
		"cancelled": cancels,
		"batch_url": url,
	}
	if values["was"] == values["when"]:
		values["was"] = None
	sender = _sender()
	calendar = invitations.invitation(
		appointment,
		uid=f"{notice.name}-{notice.item}@{frappe.local.site}",
		sequence=notice.sequence,
		method=told["method"],
		attendee=PLACEHOLDER,
		organizer=sender.email_id,
		organizer_name=sender.name or sender.email_id,
		url=url,
		now=now,
	)
	title = subject.format(appointment.title)
	return Letter(title, TEMPLATE, values, begins, calendar, told["method"])


def when(appointment: Appointment, zone_name: str) -> str:
	"""An appointment's days and hours, by the reader's clock first, such as `Mon 7 Dec 2026, 10:00–12:00 (Istanbul)`.

	Args: zone_name, of the reader. Where the cohort's differs, its hours stand behind.
	"""
	if not appointment.timed:
		return days(appointment.first, appointment.last or appointment.first)
	own = appointment.first
	last_day = own.date() + timedelta(days=appointment.days - 1)
	ends = appointment.last
	row = frappe._dict(
		start_date=own.date(),
		end_date=last_day,
		start_time=own.time(),
		end_time=ends.time() if ends else None,
		timezone=appointment.zone,
	)
	return display.when(row, zone_name)


def _sender() -> frappe._dict:
	"""The account that mails go out from, which is the organizer that calendar programs show."""
	return EmailAccount.find_outgoing(match_by_doctype="LMS Batch", _raise_error=True)
