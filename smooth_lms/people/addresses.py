"""Where mails about training go."""

import frappe

TO_WORK_EMAIL = "Mail to the new address"


def mail_address(user: str) -> str:
	"""The address of a user: the account's, or the work e-mail that HR has changed where accounts do not follow it."""
	if frappe.db.get_single_value("LMS Settings", "changed_work_email", cache=True) == TO_WORK_EMAIL:
		known = {"name": user, "source": "HR", "status": ["!=", "Archived"]}
		if work_email := frappe.db.get_value("LMS Learner", known, "work_email"):
			return work_email
	return frappe.db.get_value("User", user, "email") or user
