"""ERPNext 16 enables and disables the user account of an Employee with its status, at every save.

ERPNext 15 leaves accounts alone, and refuses an Active employee whose account is disabled. What 16 does is seen by
looking at the account before and after ERPNext's own validation, so that no version is asked for.
"""

from collections.abc import Iterator

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import escape_html

from smooth_lms.base.health import FACT, Finding, Question
from smooth_lms.base.rows import set_value
from smooth_lms.learners import accounts
from smooth_lms.people.presence import LEFT

BEFORE = "smooth_lms_account_before"
BY_HR = "user_disabled_by_sync"


def is_done_here() -> bool:
	"""Whether the ERPNext of this site switches accounts: its check of the account writes."""
	from erpnext.setup.doctype.employee.employee import Employee

	check = getattr(Employee, "validate_for_enabled_user_id", None)
	return bool(check) and "set_value" in check.__code__.co_names


def health_check(_question: Question) -> Iterator[Finding]:
	"""Say what ERPNext decides about accounts, where it does."""
	if is_done_here():
		yield Finding(
			FACT,
			_(
				"ERPNext on this site disables the account of an employee who is not Active at every save, and enables it again with Active: “Disable the user account of leavers” cannot keep it open, nor can the role System Manager. An account that an administrator disabled stays disabled."
			),
		)


def note(doc: Document) -> None:
	"""Remember how the account of an Employee stands before ERPNext's validation."""
	doc.flags[BEFORE] = _enabled(doc.user_id)


def settle(doc: Document) -> None:
	"""After ERPNext's validation: remember what it closed, and close again what an administrator had closed.

	ERPNext writes `enabled` alone: sessions that are open would go on, and a leaver's API key would live again.
	A suspension needs no right of ours to end: what ERPNext itself closed, it opens, whatever roles the account has.
	"""
	before, now = doc.flags.pop(BEFORE, None), _enabled(doc.user_id)
	if before is None or now is None or before == now:
		return
	if before:
		set_value("LMS Learner", {"name": doc.user_id}, BY_HR, 1, update_modified=False)
		end = accounts.disable if doc.status == LEFT else accounts.end_sessions
		end([doc.user_id])
		return
	if _was_closed_by_hr(doc):
		set_value("LMS Learner", {"name": doc.user_id}, BY_HR, 0, update_modified=False)
		return
	set_value("User", doc.user_id, "enabled", 0)
	frappe.msgprint(
		_(
			"The account {0} stays disabled: an administrator closed it, not HR. Enable it in the User record if this person shall sign in."
		).format(escape_html(doc.user_id)),
		indicator="orange",
	)


def _was_closed_by_hr(doc: Document) -> bool:
	"""Whether the account of an Active employee was closed because the employee was not Active.

	Nothing is known of people who are no learners: there a return opens the account, as ERPNext means it, and so does a
	new record of somebody whose earlier one closed it.
	"""
	closed_by_hr = frappe.db.get_value("LMS Learner", doc.user_id, BY_HR)
	if closed_by_hr is not None:
		return bool(closed_by_hr)
	if earlier := doc.get_doc_before_save():
		return earlier.status != doc.status
	return bool(frappe.db.exists("Employee", {"user_id": doc.user_id, "status": ["!=", "Active"]}))


def _enabled(user: str | None) -> int | None:
	return frappe.db.get_value("User", user, "enabled") if user else None
