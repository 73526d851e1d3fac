"""What is told, as somebody reads it: their language, the shipped words or the site's, a mail, and an invitation."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.mime.text import MIMEText
from email.policy import SMTPUTF8
from typing import Any

import frappe
from frappe import _
from frappe.email.doctype.email_queue.email_queue import QueueBuilder
from frappe.utils import strip_html_tags
from frappe.utils.jinja import get_email_from_template

from smooth_lms.base.notices.bell import put_up
from smooth_lms.base.notices.choices import template

PLACEHOLDER = "<!--recipient-->"
"""Where Frappe writes the address of each recipient as it sends a mail."""
PERSONAL = ("full_name", "recipient")
"""What a template may say about its reader; one that does is written for each of them."""


@dataclass(frozen=True, slots=True)
class Reader:
	"""Somebody who is told something."""

	user: str
	address: str
	full_name: str
	language: str
	zone: str
	"""IANA name of the time zone by which they read times."""
	has_desk: bool
	is_gone: bool
	"""Whether the account is disabled or the learner archived."""
	can_sign_in: bool
	"""Whether the account has a password or was used already, or mails are not held for that."""


@dataclass(frozen=True, slots=True)
class Letter:
	"""One notice in words."""

	subject: str
	template: str
	"""The shipped text under `templates/emails`, without its ending."""
	values: Mapping[str, Any]
	"""What it is filled in with."""
	begins: datetime | None = None
	"""When what it is about begins, aware: what begins soon does not wait for the morning."""
	calendar: str | None = None
	"""An invitation (iTIP) with PLACEHOLDER for the address, and `method`, what it asks of calendar programs."""
	method: str = ""


@dataclass(slots=True)
class Words:
	"""A letter made ready to be sent."""

	subject: str
	html: str
	text: str | None = field(default=None)


@contextmanager
def speaking(language: str) -> Iterator[None]:
	"""Let `_` answer in a language while the block runs."""
	before = frappe.local.lang
	frappe.local.lang = language or before
	try:
		yield
	finally:
		frappe.local.lang = before


def is_personal(key: str) -> bool:
	"""Whether the site's template for an event says something about its reader."""
	name = template(key)
	if not name:
		return False
	doc = frappe.get_cached_doc("Email Template", name)
	return any(word in f"{doc.subject} {doc.response_}" for word in PERSONAL)


def words(key: str, letter: Letter, reader: Reader) -> Words:
	"""The letter in the words of the site's template, else in the shipped ones.

	A template with an error is written down, whoever changed it last is told, and the shipped words go out.
	"""
	values = {**letter.values, "full_name": reader.full_name, "recipient": reader.user}
	name = template(key)
	if name:
		try:
			mail = frappe.get_cached_doc("Email Template", name).get_formatted_email(values)
			return Words(strip_html_tags(mail["subject"]), mail["message"])
		except Exception as error:
			_tell_author(name, error)
	html, text = get_email_from_template(letter.template, values)
	return Words(strip_html_tags(letter.subject), html, text)  # Frappe repeats the subject as HTML


def _tell_author(name: str, error: Exception) -> None:
	known = frappe.flags.setdefault("smooth_lms_broken_templates", set())
	frappe.clear_messages()
	if name in known:
		return  # once for each run, not for each reader
	known.add(name)
	frappe.log_error(
		_("Email template cannot be used"), reference_doctype="Email Template", reference_name=name
	)
	author = frappe.db.get_value("Email Template", name, "modified_by")
	subject = _("The email template {0} has an error: the shipped words are sent instead.").format(name)
	put_up([author], subject, str(error)[:500], "Email Template", name)


class Mail(QueueBuilder):
	"""Frappe's mail, with an invitation that calendar programs understand."""

	def __init__(self, *, calendar: str | None = None, method: str = "", **values: Any) -> None:
		super().__init__(**values)
		self.calendar, self.method = calendar, method

	def prepare_email_content(self):
		"""As Frappe's, with the invitation as one more way to read the mail, which is how programs find it."""
		mail = super().prepare_email_content()
		if self.calendar:
			part = MIMEText(self.calendar, "calendar", "utf-8", policy=SMTPUTF8)
			part.set_param("method", self.method)
			mail.msg_alternative.attach(part)
		return mail
