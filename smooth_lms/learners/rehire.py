"""People who come back."""

import frappe

from smooth_lms.learners import accounts
from smooth_lms.learners.reach import opened
from smooth_lms.learners.sync.model import ENDED_FOR_GOOD
from smooth_lms.people.presence import ARCHIVED


def enable_account(user: str) -> None:
	"""Enable the account of somebody who had left, if the synchronization or their leaving closed it.

	An account that an administrator disabled while the person was here stays disabled, and so does one that HR's word
	does not close either.
	"""
	if frappe.db.get_value("User", user, "enabled") in (None, 1):
		return
	learner = frappe.db.get_value(
		"LMS Learner", user, ["status", "archived_reason", "user_disabled_by_sync"], as_dict=True
	)
	if not learner or learner.status != ARCHIVED:
		return
	if not (learner.user_disabled_by_sync or learner.archived_reason in ENDED_FOR_GOOD):
		return
	if opened(user):
		accounts.enable([user])
