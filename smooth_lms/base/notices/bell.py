"""Notices in the desk, by Frappe's Notification Log; Frappe mails them to whoever wants that."""

from collections.abc import Collection, Sequence

import frappe
from frappe.desk.doctype.notification_log.notification_log import enqueue_create_notification
from frappe.utils import escape_html

from smooth_lms.base import links
from smooth_lms.base.notices.choices import wanted
from smooth_lms.base.notices.events import BELL


def ring(key: str, users: Collection[str], subject: str, text: str, doctype: str, name: str | None) -> None:
	"""Tell these Users about a document at their desk, after the commit, as far as the site and they want it.

	Args:
	        key: the event.
	        users: whom it concerns.
	        subject, text: plain text.
	        doctype, name: what it is about.
	"""
	put_up(sorted(wanted(key, BELL, users)), subject, text, doctype, name)


def put_up(users: Sequence[str], subject: str, text: str, doctype: str, name: str | None) -> None:
	"""Tell these Users whatever is chosen. Args: as of `ring`."""
	# Frappe knows them by their addresses here
	people = frappe.get_all("User", {"name": ["in", list(users)], "enabled": 1}, pluck="email", limit=0)
	if not people:
		return
	link = f' <a href="{links.form(doctype, name)}">{escape_html(name)}</a>' if name else ""
	notice = {
		"type": "Alert",
		"document_type": doctype,
		"document_name": name,
		"subject": subject,
		"email_content": f"{escape_html(text)}{link}",
		"from_user": "Administrator",
	}
	frappe.db.after_commit.add(lambda: enqueue_create_notification(people, notice))
