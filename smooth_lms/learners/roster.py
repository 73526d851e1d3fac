"""Brings learners in line with HR."""

from collections.abc import Sequence

import frappe
from frappe.utils import cint

from smooth_lms.learners import accounts, directory


def follow(employees: Sequence[str]) -> None:
	"""Bring the learners behind these Employee records in line with HR."""
	if not employees or not directory.has_hr():
		return
	rows = frappe.get_all(
		"Employee",
		filters={"name": ["in", list(employees)], "status": "Active"},
		fields=["name", "first_name", "last_name", "user_id", "company_email", "exclude_from_lms"],
		limit=0,
	)
	users = {}
	for row in rows:
		if row.exclude_from_lms:
			continue
		user = row.user_id
		if (
			not user
			and row.company_email
			and cint(frappe.db.get_single_value("LMS Settings", "provision_users"))
		):
			email = row.company_email.strip().lower()
			user = frappe.db.get_value("User", email, "name") or accounts.make(
				email, first_name=row.first_name, last_name=row.last_name
			)
			accounts.link({row.name: user})
		if user:
			users[user] = ["LMS Student"]
	enabled = frappe.get_all("User", filters={"name": ["in", list(users)], "enabled": 1}, pluck="name")
	accounts.grant({user: users[user] for user in enabled})
