"""Somebody has become a learner, has changed, or has left: the one place to hook into."""

from collections.abc import Mapping, Sequence

import frappe


def joined(users: Sequence[str]) -> None:
	"""Tell everybody who listens that these people have joined.

	Called once for each person: when their learner record becomes active for the first time, in the transaction
	that makes it so. Listeners are dotted paths under the hook `smooth_lms_learners_joined`; each is called with
	`users`, a list of Users, and must be set-based and repeatable.
	"""
	_tell("smooth_lms_learners_joined", users)


def changed(users: Sequence[str]) -> None:
	"""Tell everybody who listens that something about these people is different: in HR, their profile, groups or status.

	Hook `smooth_lms_learners_changed`, as above, except that it may come several times for one person.
	"""
	_tell("smooth_lms_learners_changed", users)


def left(users: Sequence[str]) -> None:
	"""Tell everybody who listens that these people have left for good: hook `smooth_lms_learners_left`, as above."""
	_tell("smooth_lms_learners_left", users)


def renamed(names: Mapping[str, str]) -> None:
	"""Tell everybody who listens that HR has changed names: hook `smooth_lms_people_renamed`, the full name by User."""
	if names:
		for path in frappe.get_hooks("smooth_lms_people_renamed"):
			frappe.get_attr(path)(dict(names))


def _tell(hook: str, users: Sequence[str]) -> None:
	if not users:
		return
	for path in frappe.get_hooks(hook):
		frappe.get_attr(path)(list(users))
