"""Notices in the desk, by Frappe's Notification Log; Frappe mails them to whoever wants that."""

from collections.abc import Collection, Sequence

import frappe
from frappe.desk.doctype.notification_log.notification_log import enqueue_create_notification
from frappe.utils import escape_html

from smooth_lms.base import links
from smooth_lms.base.notices.choices import wanted
from smooth_lms.base.notices.events import BELL
from smooth_lms.base.rows import insert_rows, set_value


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


def insert(users: Sequence[str], subject: str, doctype: str, name: str) -> None:
	"""Put one notice on the desks of many, in the present transaction. A fixed number of statements.

	Nobody is mailed by Frappe about it: our own mail says the same.
	"""
	off = {"name": ["in", list(users)], "enabled": 0}
	deaf = set(frappe.get_all("Notification Settings", filters=off, pluck="name", limit=0))
	people = [user for user in users if user not in deaf]
	fields = ("type", "document_type", "document_name", "subject", "from_user", "for_user")
	rows = [("Alert", doctype, name, escape_html(subject), "Administrator", user) for user in people]
	insert_rows("Notification Log", fields, rows)
	set_value("Notification Settings", {"name": ["in", people]}, "seen", 0, update_modified=False)
	for user in people:
		frappe.publish_realtime("notification", after_commit=True, user=user)
