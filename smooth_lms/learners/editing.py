"""What a moderator corrects about a learner whom HR does not own: name, e-mail, profile; and the way to a new password."""

from collections.abc import Sequence

import frappe
from frappe import _
from frappe.utils import escape_html, validate_email_address

from smooth_lms import permissions
from smooth_lms.base import links
from smooth_lms.base.rows import forget_documents, record_changes, set_value, update_rows
from smooth_lms.cohorts import course_use
from smooth_lms.courses import enrollment as course_enrollment
from smooth_lms.exceptions import OwnedByHRError
from smooth_lms.learners import accounts, adding, announce
from smooth_lms.people import employees
from smooth_lms.people.presence import ARCHIVED
from smooth_lms.permissions import LEARNER_ROLES, LEARNING_ROLES
from smooth_lms.training import decisions
from smooth_lms.training.assignments import ledger

LEARNER = "LMS Learner"
HARMLESS_ROLES = (
	(LEARNING_ROLES - {"Moderator"})
	| {*LEARNER_ROLES, accounts.EMPLOYEE_ROLE}
	| {"All", "Guest", "Desk User"}
)
"""What a moderator may give anyway. Who has another role is more than a learner, and their account not a moderator's."""


def owned_by_hr(doc) -> bool:
	"""Whether HR says who a learner is. Args: an LMS Learner, or a row with source and employee."""
	return doc.source == "HR" and bool(doc.employee)


def refuse_for_hr(doc) -> None:
	"""Raises OwnedByHRError with a link to the Employee where HR would undo the change."""
	if owned_by_hr(doc):
		sentence = _("HR keeps this learner: change it on the employee record {0}.")
		frappe.throw(sentence.format(links.link_to_form("Employee", doc.employee)), OwnedByHRError)


def correct(learner: str, *, full_name: str | None, email: str | None, profile: str | None) -> str:
	"""Correct a learner whom HR does not own.

	Args:
	        full_name, email: None or empty leave them as they are.
	        profile: an LMS Learning Profile; empty for none, None leaves it.

	Whoever has used the account cannot use it under a new e-mail: its owner chooses a new password by
	`send_password_mail`. Returns the User, which has another name after a change of the e-mail. Raises OwnedByHRError, PermissionError,
	ProfileRefusedError, ValidationError.
	"""
	permissions.require_others([learner])
	doc = frappe.get_doc(LEARNER, learner, for_update=True)
	refuse_for_hr(doc)
	if profile is not None and (profile or None) != (doc.learning_profile or None):
		doc.learning_profile = profile or None
		doc.save()
	if full_name and " ".join(full_name.split()) != doc.full_name:
		_rename_person(doc, " ".join(full_name.split()))
	new = (email or "").strip().casefold()
	return _change_email(doc, new) if new and new != doc.name.casefold() else doc.name


def refuse_named_by_hr(address: str) -> None:
	"""Raises OwnedByHRError where an Employee record, of whatever status, has this account or work e-mail.

	The synchronization links accounts to employees by it. A System Manager decides about accounts anyway.
	"""
	if permissions.is_trusted_with_accounts():
		return
	if employee := employees.named_as([address]).get(address.casefold()):
		sentence = _("HR names {0} on the employee record {1}: change it there.")
		frappe.throw(
			sentence.format(escape_html(address), links.link_to_form("Employee", employee)), OwnedByHRError
		)


def follow_profile(doc, before: str | None) -> None:
	"""Give and take the roles of a learner whose profile a person has changed. Args: before, the profile until now.

	Raises ProfileRefusedError.
	"""
	if permissions.is_self([doc.name]):
		permissions.require_not_own_access()
	permissions.require_profile(doc.learning_profile)
	permissions.require_profile(before)  # whoever may not give it does not take it either
	if doc.status != "Active":
		return
	had = set((doc.granted_roles or "").split(", ")) - {""}
	wanted = adding.roles_of([doc.learning_profile])[doc.learning_profile or ""]
	if gone := had - wanted:
		accounts.revoke({doc.name: sorted(gone)})
	given = accounts.grant({doc.name: wanted}).get(doc.name, [])
	set_value(LEARNER, doc.name, "granted_roles", ", ".join(sorted((had & wanted) | set(given))) or None)


def send_password_mail(learner: str) -> None:
	"""Mail somebody the link with which they choose a new password.

	Raises ValidationError for an account that is disabled, PermissionError for one that is more than a learner's.
	"""
	_require_plain_account(learner)
	user = frappe.get_doc("User", learner)
	if not user.enabled:
		frappe.throw(_("The account {0} is disabled: enable it first.").format(escape_html(learner)))
	user.reset_password(send_email=True)


def archive_activity(learners: Sequence[str]) -> dict[str, int]:
	"""Put what learners have open behind them, while they stay active: courses that they did not finish leave their
	list, assignments are cancelled, unused licences go back. What they completed stays, and seats in cohorts with their
	courses do.

	Returns `people, courses` and `assignments`.
	"""
	permissions.require_others(learners)
	filters = {"name": ["in", list(learners)], "status": ["!=", ARCHIVED]}
	people = frappe.get_all(LEARNER, filters=filters, pluck="name", limit=0)
	open_now = ledger.open_names(people)
	cancelled = decisions.cancel(open_now, _("Activity archived by hand")) if open_now else 0
	courses = course_enrollment.end_unfinished(people, kept=course_use.courses_of_seats(people))
	return {"people": len(people), "courses": courses, "assignments": cancelled}


def _rename_person(doc, full_name: str) -> None:
	_require_plain_account(doc.name)
	refuse_named_by_hr(doc.name)
	first, _blank, last = full_name.rpartition(" ")
	names = {"first_name": first or last, "last_name": last if first else None, "full_name": full_name}
	accounts.name_people({doc.name: names})
	update_rows(LEARNER, {doc.name: {"full_name": full_name}})
	record_changes(LEARNER, {doc.name: [("full_name", doc.full_name, full_name)]})
	forget_documents(LEARNER, [doc.name])
	announce.renamed({doc.name: full_name})


def _change_email(doc, email: str) -> str:
	_require_plain_account(doc.name)
	for address in (doc.name, email):
		refuse_named_by_hr(address)
	if not validate_email_address(email):
		frappe.throw(_("{0} is no e-mail address.").format(escape_html(email)))
	if frappe.db.exists("User", email):
		frappe.throw(_("There is an account {0} already.").format(escape_html(email)))
	accounts.take_turns()
	accounts.forget_secrets([doc.name])
	accounts.rename(doc.name, email)
	record_changes(LEARNER, {email: [("user", doc.name, email)]})
	return email


def _require_plain_account(user: str) -> None:
	"""Raises PermissionError for an account with rights besides learning, unless a System Manager asks."""
	if permissions.is_trusted_with_accounts():
		return
	filters = {"parenttype": "User", "parent": user, "role": ["not in", sorted(HARMLESS_ROLES)]}
	if user in ("Administrator", "Guest") or frappe.db.exists("Has Role", filters):
		sentence = _("{0} is more than a learner: only a System Manager changes the account.")
		frappe.throw(sentence.format(escape_html(user)), frappe.PermissionError)
