"""Somebody has become a learner: the one place to hook into."""

from collections.abc import Sequence

import frappe


def joined(users: Sequence[str]) -> None:
	"""Tell everybody who listens that these people have joined.

	Called once for each person: when their learner record becomes active for the first time, in the transaction
	that makes it so. Listeners are dotted paths under the hook `smooth_lms_learners_joined`; each is called with
	`users`, a list of Users, and must be set-based and repeatable.
	"""
	if not users:
		return
	for path in frappe.get_hooks("smooth_lms_learners_joined"):
		frappe.get_attr(path)(list(users))
