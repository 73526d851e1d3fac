"""Where mails about training go."""

from collections.abc import Collection

import frappe

TO_WORK_EMAIL = "Mail to the new address"


def mail_address(user: str) -> str:
	"""The address of a user: the account's, or the work e-mail that HR has changed where accounts do not follow it."""
	return mail_addresses([user])[user]


def mail_addresses(users: Collection[str]) -> dict[str, str]:
	"""As `mail_address`, for many: by user. Two queries at most."""
	among = ["in", list(users)]
	rows = frappe.get_all("User", filters={"name": among}, fields=["name", "email"], limit=0)
	found = {user: user for user in users} | {row.name: row.email or row.name for row in rows}
	if frappe.db.get_single_value("LMS Settings", "changed_work_email", cache=True) == TO_WORK_EMAIL:
		known = {"name": among, "source": "HR", "status": ["!=", "Archived"], "work_email": ["is", "set"]}
		fields = ["name", "work_email"]
		learners = frappe.get_all("LMS Learner", filters=known, fields=fields, limit=0)
		found |= {row.name: row.work_email for row in learners}
	return found
