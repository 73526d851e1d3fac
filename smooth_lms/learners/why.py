"""Why somebody has access to training or not, where, and what the next synchronization will do about it."""

from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html

from smooth_lms.cohorts import seats
from smooth_lms.learners import onboarding
from smooth_lms.learners.sync import plan
from smooth_lms.learners.sync import planner as roster
from smooth_lms.learners.sync.model import (
	ACTIVE,
	EXCLUDED,
	LEFT,
	NO_PROFILE,
	NOT_YET,
	PENDING,
	STAYS_OPEN,
	Change,
	Employee,
	Policy,
)
from smooth_lms.people.addresses import mail_address
from smooth_lms.people.presence import ARCHIVED

BOOKKEEPING = frozenset(
	{
		"account_from_sync",
		"approver_from_hr",
		"archived_on",
		"archived_reason",
		"granted_roles",
		"user_disabled_by_sync",
	}
)
"""Fields in which the synchronization notes what it did; they explain nothing to people."""


def why(employee: str) -> dict[str, Any]:
	"""Explain one employee.

	Args: employee, an Employee.

	Returns `employee, has_access, answer` (sentences), `account` (User, enabled), `learner`, `cohorts` (each with
	`batch, title, status, source, why`), `onboardings`, and `next_sync` (what the next run will do; None for nothing).
	"""
	planner = roster.Planner([employee])
	person = planner.index.employees.get(employee)
	if not person:
		frappe.throw(_("There is no employee {0}.").format(escape_html(employee)), frappe.DoesNotExistError)
	account = planner.resolved.account_of.get(employee)
	speaks = bool(account) and planner.resolved.primary[account].name == employee
	planned = list(planner.chunks())
	problems = [p for part in planned for p in part.problems if p.employee == employee]
	changes = [
		c for part in planned for c in part.changes if speaks and account and c.user.casefold() == account
	]
	user = planner.index.users.get(account or "")
	learner = _learner(user) if speaks else None
	answer = [_standing(person, planner.policy, learner), *(problem.text for problem in problems)]
	if account and not speaks and not problems:
		answer.append(
			_("Employee {0} speaks for the account {1} now.").format(
				planner.resolved.primary[account].name, account
			)
		)
	if user and learner and (address := mail_address(user)).casefold() != user.casefold():
		answer.append(_("Mails about training go to {0}; {1} is for signing in.").format(address, user))
	return {
		"employee": employee,
		"has_access": bool(learner and learner["status"] in (ACTIVE, PENDING)),
		"answer": answer,
		"account": {"user": user, "enabled": frappe.db.get_value("User", user, "enabled")} if user else None,
		"learner": learner,
		"cohorts": [{**row, "why": _reason(row)} for row in seats.of_member(user)] if user else [],
		"onboardings": onboarding.of_employee(employee),
		"next_sync": _next(changes[0]) if changes else None,
	}


def _standing(person: Employee, policy: Policy, learner: dict[str, Any] | None) -> str:
	state, reason = plan.standing(person, policy)
	if learner and learner["status"] in (ACTIVE, PENDING) and (kept := _kept(person, state, reason, learner)):
		return kept
	if state == ACTIVE:
		return _("HR gives access: the employee is {0}.").format(_(person.status))
	if state == PENDING:
		return _("The work starts on {0}; an onboarding was submitted, so the account is prepared.").format(
			frappe.format(person.starts, "Date")
		)
	if state == NOT_YET:
		return _("The work starts on {0}: no access before that.").format(
			frappe.format(person.starts, "Date")
		)
	sentences = {
		LEFT: _("The employee has left: no access."),
		EXCLUDED: _("The employee is excluded from Smooth LMS on the Employee record: no access."),
		NO_PROFILE: _("Only people with a learning profile get access, and the employee has none."),
	}
	return sentences.get(reason) or _("The employee is {0}: no access for now.").format(_(reason))


def _kept(person: Employee, state: str, reason: str | None, learner: dict[str, Any]) -> str | None:
	"""Why somebody has access to whom HR gives none, and from whom it takes none."""
	by_hand = learner["source"] == "Manual"
	if state == NOT_YET:
		day = frappe.format(person.starts, "Date")
		if by_hand:
			return _("The work starts on {0}; a learner made by hand has access before that.").format(day)
		return _("The work starts on {0}; access that was given already stays.").format(day)
	if reason == EXCLUDED and by_hand:
		return _("The employee is excluded from Smooth LMS; a learner made by hand has access all the same.")
	return None


def _learner(user: str | None) -> dict[str, Any] | None:
	if not user:
		return None
	return frappe.db.get_value(
		"LMS Learner",
		user,
		["name", "status", "source", "archived_reason", "learning_profile", "approver", "content_region"],
		as_dict=True,
	)


def _reason(row: dict[str, Any]) -> str:
	if row["source"] == "HR":
		return _("Enrolled by HR, from an onboarding.")
	if row["source"] == "Rule":
		return _("Enrolled by a training requirement.")
	return _("Enrolled by {0} ({1}).").format(row["owner"], _(row["source"] or "Desk"))


def _next(change: Change) -> dict[str, Any]:
	"""One planned change in words."""
	names = {
		"Create": _("Make an account and a learner."),
		"Link": _("Make the existing account a learner of this employee."),
		"Update": _("Take over what has changed in HR."),
		"Archive": _("Archive the learner."),
		"Restore": _("Bring the learner back."),
	}
	meta = frappe.get_meta("LMS Learner")
	details = [
		_("{0}: {1} instead of {2}").format(
			_(meta.get_label(field)), _show(value), _show(change.before.get("fields", {}).get(field))
		)
		for field, value in sorted(change.fields.items())
		if field not in BOOKKEEPING and not (field == "status" and value == ARCHIVED)
	]
	if added := change.after.get("roles_added"):
		details.append(_("Roles given: {0}").format(", ".join(_(role) for role in added)))
	if removed := change.after.get("roles_removed"):
		details.append(_("Roles taken: {0}").format(", ".join(_(role) for role in removed)))
	if renamed := change.after.get("rename"):
		details.append(_("The user account is renamed to {0}, as the work e-mail was.").format(renamed))
	if change.after.get("account") == "disable":
		details.append(_("The user account is disabled."))
	elif change.after.get("account") == STAYS_OPEN:
		details.append(_("The user account stays open until a System Manager disables it."))
	return {"action": change.action, "sentence": names[change.action], "details": details}


def _show(value: Any) -> str:
	return _("nothing") if value in (None, "") else str(value)
