"""What has to change so that learners agree with HR: facts in, changes out. No database, no clock.

Events, the scheduled run, the dry run and "Why?" all ask the functions of this file, so they cannot disagree.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from frappe.utils import validate_email_address

from smooth_lms.learners.sync import problems
from smooth_lms.learners.sync.model import (
	ACTIVE,
	ALWAYS_TAKEN,
	ARCHIVE,
	BY_HAND,
	CREATE,
	ENDED_FOR_GOOD,
	EXCLUDED,
	GONE,
	KEEP_NAME,
	KEEPS_SEATS,
	LEFT,
	LINK,
	NEEDS_ACCOUNT,
	NO_PROFILE,
	NOT_YET,
	OTHER_ACCOUNT,
	PENDING,
	RENAME,
	RESTORE,
	STAYS_OPEN,
	UNDONE,
	UPDATE,
	Account,
	Change,
	Employee,
	Learner,
	Policy,
)
from smooth_lms.learners.sync.problems import Problem
from smooth_lms.people.presence import ARCHIVED, AWAY, has_left


def standing(employee: Employee, policy: Policy) -> tuple[str, str | None]:
	"""Whether HR gives the person access: (Active | Pending | Not yet | Archived, reason).

	Access ends on the relieving date; a separation alone does not change the status of an Employee.
	"""
	if employee.excluded:
		return ARCHIVED, EXCLUDED
	if policy.profiles_only and not employee.profile:
		return ARCHIVED, NO_PROFILE
	if employee.status in AWAY:
		return ARCHIVED, employee.status
	if has_left(
		employee.status,
		employee.relieving,
		policy.today,
		keeps_access=employee.keeps_access,
		separated=employee.separated,
	):
		return ARCHIVED, LEFT
	if employee.starts and policy.today < employee.starts - timedelta(days=policy.days_before):
		return (PENDING, None) if employee.onboarded else (NOT_YET, None)
	return ACTIVE, None


def plan_person(
	user: str,
	employee: Employee,
	learner: Learner | None,
	account: Account | None,
	approver: str | None,
	policy: Policy,
	renaming: str | None = None,
) -> Change | Problem | None:
	"""What has to change for one account.

	Args:
	        user: the User, or the e-mail address of one to be made.
	        employee: who speaks for it in HR.
	        learner: what there is, if anything.
	        account: the User, if it exists.
	        approver: the manager's User, if the manager has one or gets one.
	        renaming: RENAME or KEEP_NAME where `follows_email` says that HR has changed the work e-mail.

	Returns the change, the problem for which the person is left out, or None when everything is as it should be.
	"""
	state, reason = standing(employee, policy)
	if state == NOT_YET:
		return None
	if state == ARCHIVED:
		return _ended(employee, learner, account, reason, policy)
	if learner is None and employee.status != ACTIVE:
		return None
	return _present(user, employee, learner, account, approver, state, policy, renaming)


def account_names(full_name: str, last_name: str | None) -> dict[str, str | None]:
	"""The `first_name, last_name, full_name` of an account, so that Frappe makes the same full name of the first two.

	Frappe leaves the middle name out, which HR's name has: it stands with the first name.
	"""
	full, last = _one_spaced(full_name), _one_spaced(last_name)
	first = full.removesuffix(f" {last}") if last else full
	return {"first_name": first, "last_name": last if first != full else None, "full_name": full}


def _one_spaced(name: str | None) -> str:
	return " ".join((name or "").split())


def reached_by_hr(learner: Learner | None, account: Account) -> bool:
	"""Whether HR's word names the account.

	Whoever works in HR can write any account into an Employee record. What HR's record has made, it may name; any other
	account only where all its rights come from training or from HR. A System Manager decides about the rest.
	"""
	if not closed_by_hr(account):
		return False
	if learner and learner.account_from_sync:
		return True
	return not account.beyond - (learner.granted if learner else frozenset())


def closed_by_hr(account: Account) -> bool:
	"""Whether HR's word closes the account when its person leaves.

	Nobody keeps an account of a company they have left: whatever else they may do there, HR ends it. Only a System
	Manager is closed by another one, so that nobody in HR shuts out those who repair the site.
	"""
	return NEEDS_ACCOUNT not in account.roles


def opened_by_hr(learner: Learner, account: Account) -> bool:
	"""Whether a rehire opens the account again: one that HR's word had closed, or one whose person it also names."""
	return closed_by_hr(account) and (learner.disabled_by_sync or reached_by_hr(learner, account))


def withheld(
	employee: Employee, learner: Learner | None, account: Account | None, policy: Policy
) -> Problem | None:
	"""What HR's word does not do to an account that it does not reach: listed for a System Manager, until it is done."""
	if not (account and account.enabled and account.standard) or reached_by_hr(learner, account):
		return None
	state, reason = standing(employee, policy)
	closes = closed_by_hr(account)
	if reason == LEFT and learner and policy.disable_leavers and not (closes or learner.disabled_by_sync):
		return Problem(problems.STAYS_OPEN, employee.name, account.name)
	if state in (ACTIVE, PENDING) and _other_names(employee, account):
		return Problem(problems.OTHER_NAME, employee.name, _one_spaced(employee.full_name))
	return None


def _other_names(employee: Employee, account: Account) -> dict[str, str | None] | None:
	"""The names that HR says, where the account has others."""
	if not (account.names and account.standard):
		return None
	names = account_names(employee.full_name, employee.values.get("last_name"))
	same = names["full_name"] == _one_spaced(account.names.get("full_name"))
	return names if names["full_name"] and not same else None


def follows_email(
	user: str, employee: Employee, learner: Learner | None, account: Account | None, policy: Policy
) -> bool:
	"""Whether the account is named after the work e-mail that HR has now changed, and shall follow it.

	One that was named otherwise from the start stays as it is: people may sign in by another address on purpose.
	"""
	if not (policy.renames and learner and account and validate_email_address(employee.email or "")):
		return False
	if len(employee.email.split()) > 1 or "," in employee.email:
		return False  # several addresses
	before = (learner.values.get("work_email") or "").casefold()
	if not before == user.casefold() != employee.email:
		return False
	return employee.status == ACTIVE and standing(employee, policy)[0] in (ACTIVE, PENDING)


def plan_vanished(
	learner: Learner, account: Account | None, record_exists: bool, policy: Policy
) -> Change | None:
	"""What has to change for a learner whom no Employee record speaks for any more.

	Args: record_exists, whether the record is still there and only belongs to another account now.
	"""
	if learner.status == ARCHIVED and learner.employee:
		cleared = {"fields": {"employee": None}}
		return _change(UPDATE, None, learner, None, {"fields": {"employee": learner.employee}}, cleared)
	if learner.status == ARCHIVED or not (learner.employee or learner.source == "HR"):
		return None
	return _archive(learner, account, OTHER_ACCOUNT if record_exists else GONE, policy, None)


def _ended(
	employee: Employee, learner: Learner | None, account: Account | None, reason: str, policy: Policy
) -> Change | Problem | None:
	if not learner or (learner.source == "Manual" and (reason == EXCLUDED or not learner.employee)):
		return None  # HR neither made nor took over this learner
	if learner.status == ARCHIVED:
		final = reason == LEFT
		if learner.reason == reason or (learner.reason in (BY_HAND, GONE, UNDONE) and not final):
			return _touch(employee, learner, ARCHIVED)
	return _archive(learner, account, reason, policy, employee)


def _touch(employee: Employee, learner: Learner, status: str) -> Change | None:
	"""Only the Employee record shows an old status."""
	if employee.lms_status == status:
		return None
	return _change(
		UPDATE,
		employee,
		learner,
		None,
		{"employee_status": employee.lms_status or None},
		{"employee_status": status},
	)


def _archive(
	learner: Learner, account: Account | None, reason: str, policy: Policy, employee: Employee | None
) -> Change:
	before: dict[str, Any] = {
		"fields": {
			"status": learner.status,
			"archived_reason": learner.reason,
			"granted_roles": _list(learner.granted),
		}
	}
	after: dict[str, Any] = {"fields": {"status": ARCHIVED, "archived_reason": reason, "granted_roles": None}}
	if employee is None:
		before["fields"]["employee"], after["fields"]["employee"] = learner.employee, None
	elif employee.name != learner.employee:
		before["fields"]["employee"], after["fields"]["employee"] = learner.employee, employee.name
	if account:
		taken = account.roles & (learner.granted | ALWAYS_TAKEN) if account.standard else frozenset()
		if taken:
			after["roles_removed"] = sorted(taken)
		if _disables(learner, account, reason, policy):
			after["account"] = "disable"
			after["fields"]["user_disabled_by_sync"], before["fields"]["user_disabled_by_sync"] = 1, 0
		elif employee and withheld(employee, learner, account, policy):
			after["account"] = STAYS_OPEN
	if reason not in KEEPS_SEATS:
		after["frees_seats"] = True
		if learner.profile:  # HR gives it anew to whoever comes back
			before["fields"]["learning_profile"], after["fields"]["learning_profile"] = learner.profile, None
	if employee and employee.lms_status != ARCHIVED:
		before["employee_status"], after["employee_status"] = employee.lms_status or None, ARCHIVED
	return _change(ARCHIVE, employee, learner, reason, before, after)


def _disables(learner: Learner, account: Account, reason: str, policy: Policy) -> bool:
	if not policy.disable_leavers or not account.enabled or not closed_by_hr(account):
		return False
	return reason == LEFT or (reason == GONE and learner.account_from_sync)


def _present(
	user: str,
	employee: Employee,
	learner: Learner | None,
	account: Account | None,
	approver: str | None,
	status: str,
	policy: Policy,
	renaming: str | None,
) -> Change | Problem | None:
	restored = bool(learner and learner.status == ARCHIVED)
	if hindrance := _hindrance(user, employee, learner, account, policy, restored):
		return Problem(hindrance, employee.name)
	have = learner or Learner(user, status="")
	added, removed, granted = _roles(employee, have, account, policy)
	if added and employee.not_given:
		return Problem(problems.NOT_GIVEN, employee.name)
	target = {
		**_target(employee, policy, renaming, restored),
		"status": status,
		"granted_roles": _list(granted),
		**_approver(have, employee, approver),
	}
	if not account:
		target["account_from_sync"] = 1
	now = _fields(have)
	differing = {key: value for key, value in target.items() if _differ(now.get(key), value)}
	after: dict[str, Any] = {"fields": differing}
	before: dict[str, Any] = {"fields": {key: now.get(key) for key in differing}}
	for key, wanted in (("roles_added", added), ("roles_removed", removed)):
		if wanted:
			after[key] = sorted(wanted)
	after |= _beginnings(have, learner, account, status)
	for key, was, will_be in _other_values(user, employee, have, status):
		before[key], after[key] = was, will_be
	if account and reached_by_hr(learner, account) and (names := _other_names(employee, account)):
		before["names"], after["names"] = dict(account.names or {}), names
	if renaming == RENAME:
		before["rename"], after["rename"] = user, employee.email
	if not differing and len(after) == 1:
		return None
	return _change(_action(learner, account, restored), employee, have, None, before, after)


def _target(employee: Employee, policy: Policy, renaming: str | None, restored: bool) -> dict[str, Any]:
	"""What HR's record alone says about the learner's fields."""
	target = {
		**employee.values,
		"employee": employee.name,
		"full_name": employee.full_name,
		"source": "HR",
		"learning_profile": employee.profile or policy.default_profile,
		"archived_reason": None,
	}
	if region := policy.regions.get(employee.values.get("country") or ""):
		target["content_region"] = region
	if renaming == KEEP_NAME:
		target.pop("work_email", None)  # so that the next run sees once more that it was changed
	if restored:
		target |= {"user_disabled_by_sync": 0, "archived_on": None}
	return target


def _hindrance(
	user: str,
	employee: Employee,
	learner: Learner | None,
	account: Account | None,
	policy: Policy,
	restored: bool,
) -> str | None:
	"""Why somebody who works here is left out, as one of `problems`; None where nothing is in the way."""
	if restored and learner.reason == BY_HAND and not _rehired(employee, learner):
		return problems.BY_HAND
	if not account and not policy.provision:
		return problems.NO_ACCOUNTS
	if not account:
		return problems.BAD_EMAIL if "@" not in user.strip("@") else None
	if account.enabled or (restored and _enables(learner) and opened_by_hr(learner, account)):
		return None
	return problems.DISABLED


def _roles(
	employee: Employee, have: Learner, account: Account | None, policy: Policy
) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
	"""The roles to be added and to be taken, and those that the profile has given then."""
	wanted = policy.profiles.get(employee.profile or policy.default_profile or "", frozenset())
	if account and not account.standard:
		return frozenset(), frozenset(), have.granted & wanted
	roles = account.roles if account else frozenset()
	added = wanted - roles
	return added, roles & (have.granted - wanted), (have.granted & wanted) | added


def _beginnings(
	have: Learner, learner: Learner | None, account: Account | None, status: str
) -> dict[str, Any]:
	"""What begins for the person: a learner, an account, membership."""
	begins: dict[str, Any] = {}
	if learner is None:
		begins["new"] = True
	if not account:
		begins["account"] = "create"
	elif not account.enabled:
		begins["account"] = "enable"
	if not have.joined and status == ACTIVE:
		begins["joins"] = True
	return begins


def _other_values(
	user: str, employee: Employee, have: Learner, status: str
) -> Iterator[tuple[str, Any, Any]]:
	"""What changes beside the learner's own fields: the key in a change, what it was and what it will be."""
	groups = frozenset({employee.group} if employee.group else ())
	if groups != have.groups:
		yield "groups", sorted(have.groups), sorted(groups)
	if employee.status == ACTIVE and (employee.user_id or "").casefold() != user.casefold():
		yield "user_id", employee.user_id or None, user
	if employee.lms_status != status:
		yield "employee_status", employee.lms_status or None, status


def _action(learner: Learner | None, account: Account | None, restored: bool) -> str:
	if restored:
		return RESTORE
	if not account:
		return CREATE
	return LINK if learner is None or not learner.employee else UPDATE


def _rehired(employee: Employee, learner: Learner) -> bool:
	"""Whether HR took the person on anew after somebody archived the learner by hand."""
	return bool(
		employee.name != learner.employee
		and employee.starts
		and learner.archived_on
		and employee.starts >= learner.archived_on.date()
	)


def _enables(learner: Learner) -> bool:
	return learner.disabled_by_sync or learner.reason in ENDED_FOR_GOOD


def _approver(have: Learner, employee: Employee, approver: str | None) -> dict[str, Any]:
	"""HR owns the approver while it names a manager; one chosen by hand stays when HR names none."""
	if employee.manager and approver:
		return {"approver": approver, "approver_from_hr": 1}
	if have.approver_from_hr:
		return {"approver": None, "approver_from_hr": 0}
	return {}


def _fields(learner: Learner) -> dict[str, Any]:
	return {
		**learner.values,
		"status": learner.status,
		"employee": learner.employee,
		"full_name": learner.full_name,
		"source": learner.source,
		"learning_profile": learner.profile,
		"granted_roles": _list(learner.granted),
		"archived_reason": learner.reason,
		"archived_on": learner.archived_on,
		"approver": learner.approver,
		"approver_from_hr": int(learner.approver_from_hr),
		"content_region": learner.region,
		"user_disabled_by_sync": int(learner.disabled_by_sync),
		"account_from_sync": int(learner.account_from_sync),
	}


def _differ(a: Any, b: Any) -> bool:
	return (a or None) != (b or None)


def _list(names: Iterable[str]) -> str | None:
	return ", ".join(sorted(names)) or None


def _change(
	action: str, employee: Employee | None, learner: Learner, reason: str | None, before: dict, after: dict
) -> Change:
	return Change(
		action=action,
		user=learner.user,
		employee=employee.name if employee else learner.employee,
		full_name=(employee.full_name if employee else learner.full_name) or learner.user,
		department=(employee.department if employee else None) or learner.department,
		reason=reason,
		before=before,
		after=after,
	)
