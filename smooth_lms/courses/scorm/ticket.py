"""Tickets: the right to run one part of one lesson's package, written into the address of its files.

A package runs in a frame that has no cookies of the portal, so its address has to say whose it is. A ticket is
encrypted with the site's key, so that nobody reads or makes one; nothing has to be stored for it, so that it outlives
an emptied cache. It ends after some hours, with the session it was made in, and with the access to the lesson.
"""

import base64
import hashlib
import json
import re
import time
from dataclasses import astuple, dataclass

from cryptography.fernet import Fernet, InvalidToken

import frappe
from frappe.sessions import get_expired_threshold
from frappe.utils.password import get_encryption_key

from smooth_lms.courses import access
from smooth_lms.exceptions import Refusal

WRITTEN = re.compile(r"[A-Za-z0-9_-]{40,2000}")
HOURS = 12
MINUTES_WITHOUT_SESSION = 60
"""For who is signed in by an API key, which no session's end takes back."""
CHECK_EVERY_SECONDS = 10
STATE = """
	select
		account.enabled, lesson.scorm_package, course.published, course.upcoming, course.modified,
		enrollment.withdrawn_on, enrollment.status, learner.status as learner_status, session.sid is not null as is_open
	from `tabCourse Lesson` lesson
	join `tabLMS Course` course on course.name = lesson.course
	join `tabUser` account on account.name = %(user)s
	left join `tabLMS Enrollment` enrollment on enrollment.name = %(enrollment)s
	left join `tabLMS Learner` learner on learner.name = account.name
	left join `tabSessions` session
		on session.sid = %(session)s and session.user = account.name and session.lastupdate > %(expired)s
	where lesson.name = %(lesson)s
"""


@dataclass(frozen=True, slots=True)
class Ticket:
	"""Who runs what."""

	user: str
	session: str | None
	"""The session it was made in; None where there is none."""
	lesson: str
	package: str
	folder: str
	part: str
	enrollment: str | None
	portal: str
	"""The origin of the page that shows the package; empty where nothing asked for one."""
	ends: int
	"""Seconds since the epoch."""


def issue(found: access.LessonAccess, package, part: str, portal: str = "") -> str:
	"""A ticket for somebody who may open the lesson, as text for an address.

	Args: portal, the origin of the page that will show the package.
	"""
	user = found.course.user
	session = (
		frappe.session.sid if frappe.session.user == user and _is_open(frappe.session.sid, user) else None
	)
	ticket = Ticket(
		user=user,
		session=session,
		lesson=found.lesson.name,
		package=package.name,
		folder=package.folder,
		part=part,
		enrollment=found.enrollment,
		portal=portal,
		ends=int(time.time()) + (HOURS * 3600 if session else MINUTES_WITHOUT_SESSION * 60),
	)
	body = json.dumps(astuple(ticket), separators=(",", ":")).encode()
	return _cipher().encrypt(body).decode().rstrip("=")


def check(text: str) -> Ticket | None:
	"""The ticket, if it is ours, not over, and its holder may still open the lesson; None otherwise."""
	if not WRITTEN.fullmatch(text):
		return None
	try:
		body = _cipher().decrypt(text.encode() + b"=" * (-len(text) % 4))
		ticket = Ticket(*json.loads(body))
	except (InvalidToken, ValueError, TypeError):
		return None
	return ticket if ticket.ends > time.time() and _may_still(ticket) else None


def _may_still(ticket: Ticket) -> bool:
	"""The rows that end a ticket are looked at each time; what follows from them is remembered for a moment, because
	a page of a package loads dozens of files."""
	state = _state(ticket)
	if not state or (ticket.session and not state.is_open):
		return False
	if not state.enabled or state.scorm_package != ticket.package or state.withdrawn_on:
		return False
	known_by = hashlib.sha256(json.dumps([astuple(ticket), state], default=str).encode()).hexdigest()
	key = f"smooth_lms:scorm:{known_by}"
	known = frappe.cache().get_value(key, expires=True)
	if known is None:
		known = _may(ticket)
		frappe.cache().set_value(key, known, expires_in_sec=CHECK_EVERY_SECONDS)
	return bool(known)


def _is_open(sid: str | None, user: str) -> bool:
	"""Whether the session is there and has not expired; Frappe deletes it at logout and by `clear_sessions`."""
	sessions = frappe.qb.DocType("Sessions")
	found = (
		frappe.qb.from_(sessions)
		.select(sessions.user)
		.where((sessions.sid == (sid or "")) & (sessions.lastupdate > get_expired_threshold()))
	).run()
	return [row[0] for row in found] == [user]


def _state(ticket: Ticket) -> frappe._dict | None:
	"""What can end the access, in one statement by primary keys; asked with every file and every commit."""
	values = {
		"user": ticket.user,
		"enrollment": ticket.enrollment or "",
		"lesson": ticket.lesson,
		"session": ticket.session or "",
		"expired": get_expired_threshold(),
	}
	rows = frappe.db.sql(STATE, values, as_dict=True)  # sql: a text of ours, values are parameters
	return rows[0] if rows else None


def _may(ticket: Ticket) -> bool:
	try:
		found = access.lesson_access(ticket.lesson, ticket.user)
	except (Refusal, frappe.PermissionError, frappe.DoesNotExistError):
		frappe.clear_messages()
		return False
	return found.enrollment == ticket.enrollment


def _cipher() -> Fernet:
	key = hashlib.sha256(f"scorm:{get_encryption_key()}".encode()).digest()
	return Fernet(base64.urlsafe_b64encode(key))
