"""Notifications in the desk for people who are responsible; Frappe mails them to whoever wants that."""

from collections.abc import Collection

import frappe
from frappe.desk.doctype.notification_log.notification_log import enqueue_create_notification
from frappe.utils import escape_html

from smooth_lms.base import links


def moderators() -> list[str]:
	"""The moderators who can sign in."""
	holders = frappe.get_all(
		"Has Role", filters={"role": "Moderator", "parenttype": "User"}, pluck="parent", limit=0
	)
	return frappe.get_all("User", filters={"name": ["in", holders], "enabled": 1}, pluck="name", limit=0)


def notify(users: Collection[str], subject: str, text: str, doctype: str, name: str) -> None:
	"""Tell these Users about a document, after the commit. Args: subject and text, plain text."""
	if not users:
		return
	notice = {
		"type": "Alert",
		"document_type": doctype,
		"document_name": name,
		"subject": subject,
		"email_content": f'{escape_html(text)} <a href="{links.form(doctype, name)}">{escape_html(name)}</a>',
		"from_user": "Administrator",
	}
	people = list(users)
	frappe.db.after_commit.add(lambda: enqueue_create_notification(people, notice))
