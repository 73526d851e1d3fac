"""Who and what things are in xAPI: the learner, the registration, the activities, and the token of a session.

All of it follows from our own records, so that nothing has to be stored, and says no more of anybody than their name.
"""

import base64
import binascii
import hashlib
import hmac
import re
import uuid
from typing import Any
from urllib.parse import urlsplit

import frappe
from frappe.utils.password import get_encryption_key

from smooth_lms.base import links
from smooth_lms.courses.scorm.ticket import Ticket

KNOWN_BY = ("account", "mbox", "mbox_sha1sum", "openid")
"""What may name an Agent; xAPI wants one of them."""
UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def agent(user: str, *, is_cmi5: bool) -> dict[str, Any]:
	"""The learner as content knows them: by something that tells nothing but the name.

	cmi5 wants an account; older content of xAPI (Lectora) takes a mailbox only. It is nobody's address.
	"""
	name = frappe.get_cached_value("User", user, "full_name") or user
	known_by = {"account": account(user)} if is_cmi5 else {"mbox": mailbox(user)}
	return {"objectType": "Agent", "name": name, **known_by}


def mailbox(user: str) -> str:
	"""What stands for a learner where an account is not understood."""
	host = urlsplit(links.absolute()).hostname
	return f"mailto:{_made_of('agent', user)}@{host}"


def account(user: str) -> dict[str, str]:
	"""What makes a learner the same one, whatever they are called."""
	return {"homePage": links.absolute(), "name": _made_of("agent", user)}


def is_learner(said: Any, user: str, *, is_cmi5: bool) -> bool:
	"""Whether an Agent of a request is the learner. Args: said, untrusted."""
	if not isinstance(said, dict) or said.get("objectType", "Agent") != "Agent":
		return False
	known_by = {field: said[field] for field in KNOWN_BY if field in said}
	if known_by == {"account": account(user)}:
		return True
	return not is_cmi5 and known_by == {"mbox": mailbox(user)}


def registration(ticket: Ticket) -> str:
	"""What all sessions of one person at one package in one lesson have in common."""
	return _made_of("registration", ticket.enrollment or ticket.user, ticket.lesson, ticket.package)


def activity(package: Any, part: Any) -> str:
	"""The identifier of a part. Args: package, LMS SCORM Package; part, a row of its parts.

	cmi5 wants one of our own making; what is published for xAPI knows its own.
	"""
	if package.scorm_version != "cmi5":
		return part.activity_id
	return f"urn:uuid:{_made_of('part', package.name, part.identifier)}"


def block(package: str, identifier: str) -> str:
	"""The identifier of a block of a cmi5 course, or of the course. Args: identifier, as its publisher calls it."""
	return f"urn:uuid:{_made_of('block', package, identifier)}"


def new_session() -> str:
	"""A name for a session."""
	return str(uuid.uuid4())


def token(session: str, ticket: Ticket) -> str:
	"""What content has to show with each request of a session: user name and password of Basic authentication."""
	return base64.b64encode(f"{session}:{_signed(session, ticket)}".encode()).decode()


def session_of(authorization: str, ticket: Ticket) -> str | None:
	"""The session that a request belongs to; None where it shows no token of this ticket's part and person.

	Args: authorization, the header, untrusted.
	"""
	kind, _blank, shown = authorization.strip().partition(" ")
	if kind.lower() != "basic":
		return None
	try:
		session, _mark, signed = base64.b64decode(shown.strip(), validate=True).decode().partition(":")
	except (binascii.Error, UnicodeDecodeError):
		return None
	if not UUID.fullmatch(session) or not hmac.compare_digest(
		signed.encode(), _signed(session, ticket).encode()
	):
		return None
	return session


def _signed(session: str, ticket: Ticket) -> str:
	about = (session, ticket.user, ticket.enrollment or "", ticket.lesson, ticket.package, ticket.part)
	return hmac.new(_key(), "\x1f".join(("session", *about)).encode(), hashlib.sha256).hexdigest()


def _made_of(*parts: str) -> str:
	"""A UUID that only this site makes of these parts."""
	made = hmac.new(_key(), "\x1f".join(parts).encode(), hashlib.sha256).digest()
	return str(uuid.UUID(bytes=made[:16], version=5))


def _key() -> bytes:
	return hashlib.sha256(f"xapi:{get_encryption_key()}".encode()).digest()
