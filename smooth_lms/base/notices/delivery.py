"""Sends what is due (LMS Notice): chunks that each commit once, so that a killed job goes on where it was.

Readers who are told the same in the same language, by the same clock and in the same ways share one letter; each
gets a mail of their own in Frappe's Email Queue and a notice in the Notification Log.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import NamedTuple
from zoneinfo import ZoneInfo

import frappe
from frappe import _
from frappe.utils import get_system_timezone, now_datetime

from smooth_lms.base import locks
from smooth_lms.base.notices import bell, choices
from smooth_lms.base.notices.events import BELL, CALENDAR, MAIL, event, is_event
from smooth_lms.base.notices.hours import next_moment
from smooth_lms.base.notices.ledger import DOCTYPE, DROPPED, FAILED, FIELDS, HELD, SENT, WAITING, Notice
from smooth_lms.base.notices.letters import PLACEHOLDER, Letter, Mail, Reader, is_personal, speaking, words
from smooth_lms.base.reads import read_rows
from smooth_lms.base.rows import insert_rows, set_value, update_rows
from smooth_lms.base.settings import setting_number
from smooth_lms.base.transactions import in_one_transaction

CHUNK = 250
READERS = "smooth_lms_notice_readers"
"""The hook that names who knows about readers: a function from Users to Reader by User."""
QUEUE = "Email Queue"
ROW = ("name", *FIELDS)


class Group(NamedTuple):
	"""What readers have in common who get the same letter."""

	event: str
	doctype: str
	name: str
	item: str
	sequence: int
	details: str
	language: str
	zone: str
	by_mail: bool
	by_bell: bool
	by_calendar: bool
	alone: str
	"""A User where the letter says something about its reader; empty otherwise."""


@dataclass(slots=True)
class Outcome:
	"""What becomes of the rows of a chunk, before anything is written."""

	status: dict[str, dict] = field(default_factory=dict)
	mails: list[tuple[dict, Sequence[Reader]]] = field(default_factory=list)
	bells: list[tuple[Letter, Group, Sequence[Reader]]] = field(default_factory=list)

	def set(self, rows: Iterable[frappe._dict], status: str, reason: str = "", due_on=None) -> None:
		for row in rows:
			self.status[row.name] = {
				"status": status,
				"reason": reason,
				"due_on": due_on or row.due_on,
			}


def deliver() -> int:
	"""Send everything that is due. Returns how many people were told something. Commits after each chunk.

	Does nothing where another job is at it.
	"""
	told = 0
	frappe.flags.smooth_lms_broken_templates = set()
	with locks.hold("notices") as taken:
		while taken:
			try:
				done = in_one_transaction(_next_chunk)
			except frappe.OutgoingEmailError:
				frappe.db.rollback()
				frappe.log_error(_("Notices could not be sent: there is no outgoing email account"))
				frappe.db.commit()
				break
			if done is None:
				break
			told += done
	return told


def release_ready() -> None:
	"""Scheduler: let go what was held for people who can sign in by now."""
	held = frappe.get_all(DOCTYPE, filters={"status": HELD}, pluck="recipient", distinct=True, limit=0)
	ready = [user for user, reader in _readers(held).items() if reader.can_sign_in]
	if ready:
		set_value(DOCTYPE, {"recipient": ["in", ready], "status": HELD}, {"status": WAITING})


def _next_chunk() -> int | None:
	"""Send one chunk. Returns how many people were told, or None when nothing is due."""
	due = read_rows(
		DOCTYPE,
		("name",),
		{"status": WAITING},
		up_to={"due_on": now_datetime()},
		order="due_on, event, item, name",
		limit=CHUNK,
	)
	names = [row.name for row in due]
	if not names:
		return None
	# locked by their names: a range would keep others from adding to it
	rows = [row for row in read_rows(DOCTYPE, ROW, {"name": names}, lock=True) if row.status == WAITING]
	outcome = _decide(rows, _readers({row.recipient for row in rows}))
	_write(outcome)
	return sum(each["status"] == SENT for each in outcome.status.values())


def _readers(users: Iterable[str]) -> Mapping[str, Reader]:
	(path,) = frappe.get_hooks(READERS)
	return frappe.get_attr(path)(list(users))


def _decide(rows: Sequence[frappe._dict], readers: Mapping[str, Reader]) -> Outcome:
	outcome, groups = Outcome(), {}
	ways, untrue = _Ways(rows), _untrue(rows)
	for row in rows:
		reader = readers.get(row.recipient)
		if not is_event(row.event):
			outcome.set([row], DROPPED, _("There is no such notice any more."))
		elif reader is None or reader.is_gone:
			outcome.set([row], DROPPED, _("The account is closed."))
		elif row.name in untrue:
			outcome.set([row], DROPPED, _("It is over, or no longer so."))
		elif not any(ways.of(row, reader)):
			outcome.set([row], DROPPED, _("Switched off by the site or the person."))
		elif not reader.can_sign_in:
			outcome.set([row], HELD, _("The account has no password yet."))
		else:
			groups.setdefault(_group(row, reader, ways), []).append((row, reader))
	for group, pairs in groups.items():
		_decide_group(group, pairs, outcome)
	return outcome


def _untrue(rows: Sequence[frappe._dict]) -> set[str]:
	"""Those of the rows that are true no more."""
	found, about = set(), {}
	for row in rows:
		if is_event(row.event) and event(row.event).still:
			about.setdefault((row.event, row.reference_name), []).append(row)
	for (key, name), some in about.items():
		still = frappe.get_attr(event(key).still)(name, [row.recipient for row in some])
		found |= {row.name for row in some if row.recipient not in still}
	return found


class _Ways:
	"""Who wants which event in which way: a query for each event and way that the rows have."""

	def __init__(self, rows: Sequence[frappe._dict]) -> None:
		self.wanted: dict[tuple[str, str], set[str]] = {}
		by_event: dict[str, set[str]] = {}
		for row in rows:
			by_event.setdefault(row.event, set()).add(row.recipient)
		for key, users in by_event.items():
			if is_event(key):
				for way in (MAIL, BELL):
					self.wanted[key, way] = choices.wanted(key, way, users)
				self.wanted[key, CALENDAR] = choices.wanted(event(key).invited_by or key, CALENDAR, users)

	def of(self, row: frappe._dict, reader: Reader) -> tuple[bool, bool, bool]:
		"""Whether by mail, at the desk, as an invitation."""
		user = row.recipient
		return (
			user in self.wanted[row.event, MAIL],
			reader.has_desk and user in self.wanted[row.event, BELL],
			user in self.wanted[row.event, CALENDAR],
		)


def _group(row: frappe._dict, reader: Reader, ways: _Ways) -> Group:
	# Frappe writes the address into the encoded mail, where this sign would mean something else
	odd = "=" in reader.address
	return Group(
		row.event,
		row.reference_doctype,
		row.reference_name,
		row.item or "",
		row.sequence,
		row.details,
		reader.language,
		reader.zone,
		*ways.of(row, reader),
		alone=reader.user if odd or event(row.event).personal or is_personal(row.event) else "",
	)


def _decide_group(group: Group, pairs: Sequence[tuple[frappe._dict, Reader]], outcome: Outcome) -> None:
	rows, readers = [row for row, _reader in pairs], [reader for _row, reader in pairs]
	try:
		with speaking(group.language):
			letter = _letter(group, readers[0])
			if letter is None:
				outcome.set(rows, DROPPED, _("It is over, or no longer so."))
				return
			now = datetime.now(timezone.utc)
			weekends = bool(setting_number("remind_weekends"))
			moment = next_moment(now, group.zone, weekends=weekends, begins=letter.begins)
			if moment > now:
				site = ZoneInfo(get_system_timezone())
				outcome.set(rows, WAITING, due_on=moment.astimezone(site).replace(tzinfo=None))
				return
			mail = _mail(group, letter, readers[0])
	except frappe.OutgoingEmailError:
		raise
	except Exception as error:
		frappe.clear_messages()
		frappe.log_error(
			_("A notice could not be sent"),
			reference_doctype=group.doctype,
			reference_name=group.name,
		)
		outcome.set(rows, FAILED, str(error)[:500] or type(error).__name__)
		return
	outcome.set(rows, SENT)
	if mail:
		outcome.mails.append((mail, readers))
	if group.by_bell:
		outcome.bells.append((letter, group, readers))


def _letter(group: Group, reader: Reader) -> Letter | None:
	notice = Notice(
		group.event, reader.user, group.doctype, group.name, group.item, group.sequence, group.details
	)
	return frappe.get_attr(event(group.event).compose)(notice, reader)


def _mail(group: Group, letter: Letter, reader: Reader) -> dict | None:
	"""The mail of a group as a row of the Email Queue; None where nobody gets one."""
	invites = bool(group.by_calendar and letter.calendar)
	if not (group.by_mail or invites):
		return None
	said = words(group.event, letter, reader)
	calendar = letter.calendar if invites else None
	if calendar and group.alone:
		calendar = calendar.replace(PLACEHOLDER, reader.address)
	mail = Mail(
		calendar=calendar,
		method=letter.method,
		recipients=[reader.address],
		subject=said.subject,
		message=said.html,
		text_content=said.text,
		reference_doctype=group.doctype,
		reference_name=group.name,
		add_unsubscribe_link=0,
	).as_dict(include_recipients=False)
	if mail is None:
		raise frappe.ValidationError(_("{0} is no address that mails can go to.").format(reader.address))
	has = frappe.get_meta(QUEUE).has_field
	return {key: value for key, value in mail.items() if has(key)} | {"status": "Not Sent"}


def _write(outcome: Outcome) -> None:
	unsubscribed = _unsubscribed([reader for _mail, readers in outcome.mails for reader in readers])
	for mail, readers in outcome.mails:
		addresses = [reader.address for reader in readers if reader.address not in unsubscribed]
		names = insert_rows(QUEUE, tuple(mail), [tuple(mail.values())] * len(addresses))
		fields = ("parent", "parenttype", "parentfield", "idx", "recipient", "status")
		insert_rows(
			f"{QUEUE} Recipient",
			fields,
			[
				(name, QUEUE, "recipients", 1, address, "Not Sent")
				for name, address in zip(names, addresses, strict=True)
			],
		)
	for letter, group, readers in outcome.bells:
		users = [reader.user for reader in readers]
		bell.insert(users, letter.subject, group.doctype, group.name)
	if outcome.status:
		update_rows(DOCTYPE, outcome.status)


def _unsubscribed(readers: Sequence[Reader]) -> set[str]:
	"""The addresses that want no mail of this site at all."""
	if not readers:
		return set()
	filters = {"email": ["in", [reader.address for reader in readers]], "global_unsubscribe": 1}
	return set(frappe.get_all("Email Unsubscribe", filters=filters, pluck="email", limit=0))
