"""Mails as their readers' programs take them: what Frappe sends to each, and what a calendar makes of it."""

from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

from icalendar import Calendar

import frappe
from frappe.email.doctype.email_queue.email_queue import SendMailContext
from frappe.utils import cstr


def mails_to(address: str) -> list[EmailMessage]:
	"""What has been queued for an address, in the order it was, as Frappe would hand it to the mail server."""
	row, mail = frappe.qb.DocType("Email Queue Recipient"), frappe.qb.DocType("Email Queue")
	names = (
		frappe.qb.from_(row)
		.join(mail)
		.on(mail.name == row.parent)
		.select(row.parent)
		.where(row.recipient == address)
		.orderby(mail.creation, mail.name)
	).run(pluck=True)
	return [_sent(name, address) for name in names]


def _sent(name: str, address: str) -> EmailMessage:
	context = SendMailContext(frappe.get_doc("Email Queue", name), smtp_server_instance=object())
	built = context.build_message(address)
	return message_from_bytes(
		built if isinstance(built, bytes) else cstr(built).encode(), policy=policy.default
	)


def calendar_part(mail: EmailMessage) -> EmailMessage | None:
	"""The part of a mail for calendar programs."""
	parts = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
	assert len(parts) <= 1
	return parts[0] if parts else None


@dataclass
class Program:
	"""A calendar program that follows RFC 5546: what stands in the calendar of whoever has got these mails."""

	address: str
	entries: dict[str, dict] = field(default_factory=dict)
	numbers: dict[str, int] = field(default_factory=dict)

	def take(self, mails: list[EmailMessage]) -> "Program":
		"""Read mails in any order: what is older than what is known changes nothing."""
		for mail in mails:
			part = calendar_part(mail)
			if part is not None:
				self._take(part)
		return self

	def _take(self, part: EmailMessage) -> None:
		raw = part.get_content()
		calendar = Calendar.from_ical(raw)
		assert calendar["method"] == part.get_param("method")
		(event,) = calendar.walk("VEVENT")
		attendees = event["attendee"] if isinstance(event["attendee"], list) else [event["attendee"]]
		assert attendees == [f"mailto:{self.address}"]
		assert event["organizer"].startswith("mailto:")
		uid, number = str(event["uid"]), int(event["sequence"])
		if number <= self.numbers.get(uid, -1):
			return
		self.numbers[uid] = number
		if calendar["method"] == "CANCEL":
			assert event["status"] == "CANCELLED"
			self.entries.pop(uid, None)
			return
		assert calendar["method"] == "REQUEST"
		start = event.decoded("dtstart")
		self.entries[uid] = {
			"title": str(event["summary"]),
			"starts": start,
			"ends": event.decoded("dtend") if "dtend" in event else None,
			"place": str(event.get("location", "")),
			"rule": event.get("rrule"),
			"zone": event["dtstart"].params.get("tzid"),
			"calendar": calendar,
		}
		if isinstance(start, datetime) and self.entries[uid]["zone"]:
			zones = {str(zone["tzid"]) for zone in calendar.walk("VTIMEZONE")}
			assert self.entries[uid]["zone"] in zones

	@property
	def times(self) -> dict[str, datetime]:
		"""When each thing in the calendar begins, by its title."""
		return {entry["title"]: entry["starts"] for entry in self.entries.values()}
