"""Who can still learn. What is begun under a handle (an attempt, a ticket, a feed) asks here again when it is used."""

from collections.abc import Collection

import frappe

ARCHIVED = "Archived"
"""The status of a learner who has left."""
ABSENT = """
	select account.name
	from `tabUser` account
	left join `tabLMS Learner` learner on learner.name = account.name
	where account.name in %(users)s and (account.enabled = 0 or learner.status = 'Archived')
"""


def absent(users: Collection[str]) -> set[str]:
	"""Those of `users` who cannot learn any more: their account is disabled, or their learner is archived. One query."""
	if not users:
		return set()
	return set(frappe.db.sql(ABSENT, {"users": tuple(users)}, pluck=True))


def is_absent(user: str) -> bool:
	"""Whether `user` cannot learn any more; see `absent`."""
	return bool(absent([user]))
