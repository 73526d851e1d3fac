"""User: a learner is named after their account, and has access only with one that is enabled."""

import frappe

from smooth_lms import permissions
from smooth_lms.hr.guard import never_fails
from smooth_lms.learners import accounts, events


@never_fails
def on_update(doc, method: str | None = None) -> None:
	"""Enabled or disabled by hand: what that means for the learner is worked out at once."""
	before = doc.get_doc_before_save()
	if before and bool(before.enabled) != bool(doc.enabled):
		events.user_changed(doc.name)


def before_rename(doc, method: str | None, old: str, new: str, merge: bool = False) -> None:
	"""Accounts are renamed by System Managers and by this app.

	Frappe lets everybody rename their own, older versions anybody's: the synchronization links accounts to employees by
	their name, so that whoever names theirs as HR names somebody else would get that employee's record. Raises
	PermissionError.
	"""
	if not frappe.flags.smooth_lms_hr_off:
		permissions.require_account_keeper()


@never_fails
def after_rename(doc, method: str, old: str, new: str, merge: bool = False) -> None:
	"""The account has another name now, or was merged into another one."""
	accounts.renamed(old, new)
	events.user_changed(new)
