"""Employee: whatever changes in HR is looked at again, right after the commit."""

import frappe

from smooth_lms.exceptions import ProfileRefusedError
from smooth_lms.hr.guard import never_fails, never_fails_but
from smooth_lms.learners import account_switch, events, giving, rehire


@never_fails
def before_validate(doc, method: str | None = None) -> None:
	"""Back from having left: ERPNext refuses an Active employee whose account is disabled, so ours is enabled first."""
	before = doc.get_doc_before_save()
	if doc.user_id and doc.status == "Active" and (not before or before.status != "Active"):
		rehire.enable_account(doc.user_id)
	account_switch.note(doc)


@never_fails_but(ProfileRefusedError)
def validate(doc, method: str | None = None) -> None:
	"""A learning profile is given by who may give it, and nobody changes their own access to training.

	Runs after ERPNext's own validation, which may have switched the account.
	"""
	giving.put_back(doc)
	giving.check_record(doc)
	account_switch.settle(doc)


@never_fails
def on_change(doc, method: str | None = None) -> None:
	"""Inserted, saved, or written to by another document, as HRMS does when it transfers somebody."""
	events.employee_changed(doc.name)


def before_rename(doc, method: str | None, old: str, new: str, merge: bool = False) -> None:
	"""Older versions of Frappe ask for the role only, not for the record. Raises PermissionError."""
	doc.check_permission("write")
	if merge:
		frappe.get_doc("Employee", new).check_permission("write")


@never_fails
def after_rename(doc, method: str, old: str, new: str, merge: bool = False) -> None:
	"""A new employee id, or two records merged into one. Frappe has moved the links to it already."""
	if merge:
		events.employees_merged(new)
	else:
		events.employee_changed(new)


@never_fails
def on_trash(doc, method: str | None = None) -> None:
	"""Deleted: the learner is archived, the history stays."""
	events.employee_deleted(doc.name)
