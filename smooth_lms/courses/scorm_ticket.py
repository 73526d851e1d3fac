"""Tickets: the right to run one part of one lesson's package, written into the address of its files.

A package runs in a frame that has no cookies of the portal, so its address has to say whose it is. A ticket is
signed, ends after some hours, and is checked against the learner's access again while it is used.
"""

import base64
import binascii
import hashlib
import hmac
import json
import time
from dataclasses import asdict, dataclass

import frappe
from frappe.utils.password import get_encryption_key

from smooth_lms.courses import access
from smooth_lms.exceptions import Refusal

HOURS = 12
CHECK_EVERY_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Ticket:
	"""Who runs what."""

	user: str
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
	ticket = Ticket(
		user=found.course.user,
		lesson=found.lesson.name,
		package=package.name,
		folder=package.folder,
		part=part,
		enrollment=found.enrollment,
		portal=portal,
		ends=int(time.time()) + HOURS * 3600,
	)
	body = _encoded(json.dumps(asdict(ticket), separators=(",", ":")).encode())
	return f"{body}.{_signature(body)}"


def check(text: str) -> Ticket | None:
	"""The ticket, if it is ours, not over, and its holder may still open the lesson; None otherwise."""
	body, _dot, signature = text.partition(".")
	if not hmac.compare_digest(_signature(body).encode(), signature.encode()):
		return None
	try:
		ticket = Ticket(**json.loads(_decoded(body)))
	except (ValueError, TypeError, binascii.Error):
		return None
	return ticket if ticket.ends > time.time() and _may_still(ticket) else None


def _may_still(ticket: Ticket) -> bool:
	"""Asked once in a while and remembered in between: a page of a package loads dozens of files."""
	key = f"smooth_lms:scorm:{ticket.user}:{ticket.lesson}:{ticket.enrollment}"
	known = frappe.cache().get_value(key, expires=True)
	if known is None:
		known = _may(ticket)
		frappe.cache().set_value(key, known, expires_in_sec=CHECK_EVERY_SECONDS)
	return bool(known)


def _may(ticket: Ticket) -> bool:
	if not frappe.db.get_value("User", ticket.user, "enabled"):
		return False
	if frappe.db.get_value("Course Lesson", ticket.lesson, "scorm_package") != ticket.package:
		return False
	try:
		found = access.lesson_access(ticket.lesson, ticket.user)
	except (Refusal, frappe.PermissionError, frappe.DoesNotExistError):
		frappe.clear_messages()
		return False
	return found.enrollment == ticket.enrollment


def _signature(body: str) -> str:
	key = f"scorm:{get_encryption_key()}".encode()
	return _encoded(hmac.new(key, body.encode(), hashlib.sha256).digest())


def _encoded(data: bytes) -> str:
	return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _decoded(text: str) -> bytes:
	return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
