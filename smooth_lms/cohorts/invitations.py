"""Invitations to appointments that calendar programs keep up to date: iTIP (RFC 5546) by mail. No database."""

from datetime import datetime, timedelta

from icalendar import Calendar, Event, vCalAddress, vText

from smooth_lms.cohorts.appointments import Appointment
from smooth_lms.cohorts.ical import PRODUCT

REQUEST, CANCEL = "REQUEST", "CANCEL"
ADDRESS = "mailto:"


def invitation(
	appointment: Appointment,
	*,
	uid: str,
	sequence: int,
	method: str,
	attendee: str,
	organizer: str,
	organizer_name: str,
	url: str,
	now: datetime,
) -> str:
	"""One appointment as a message between calendar programs.

	Args:
	        appointment: what somebody is invited to, or what they were told last where it is cancelled.
	        uid: the same for ever for the same thing.
	        sequence: higher than that of each earlier message about it to the same person.
	        method: REQUEST for a new or changed one, CANCEL.
	        attendee: the address of who is invited, or what stands for it.
	        organizer: the address from which the mail comes.
	        organizer_name: what programs show for it.
	        url: where one reads more.
	        now: the moment of writing, aware.

	Returns the text, its lines ended and folded as RFC 5545 says, in the time zone of the cohort with its rules.
	"""
	calendar = Calendar()
	for name, value in (
		("prodid", PRODUCT),
		("version", "2.0"),
		("calscale", "GREGORIAN"),
		("method", method),
	):
		calendar.add(name, value)
	event = Event()
	event.add("uid", uid)
	event.add("sequence", sequence)
	event.add("dtstamp", now)
	event.add("summary", appointment.title)
	event.add("dtstart", appointment.first)
	_add_end(event, appointment)
	if appointment.place:
		event.add("location", appointment.place)
	event.add("description", url)
	event.add("url", url)
	event.add("status", "CANCELLED" if method == CANCEL else "CONFIRMED")
	event.add("organizer", _person(organizer, CN=organizer_name))
	event.add("attendee", _person(attendee, PARTSTAT="NEEDS-ACTION", RSVP="TRUE"))
	calendar.add_component(event)
	if appointment.timed:
		calendar.add_missing_timezones()
	# the address is written in later, and has a line of its own for that
	return calendar.to_ical().decode().replace(f":{ADDRESS}{attendee}", f"\r\n :{ADDRESS}{attendee}")


def _add_end(event: Event, appointment: Appointment) -> None:
	last = appointment.last
	if appointment.timed:
		if last:
			event.add("dtend", last)
		if appointment.days > 1:
			event.add("rrule", {"freq": "daily", "count": appointment.days})
	else:  # a whole day ends, for a calendar, where the next one begins
		event.add("dtend", (last or appointment.first) + timedelta(days=1))


def _person(address: str, **parameters: str) -> vCalAddress:
	person = vCalAddress(f"{ADDRESS}{address}")
	for name, value in parameters.items():
		person.params[name] = vText(value)
	return person
