"""Reads what the roster's rules need to know: a fixed number of queries for each few thousand people."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import frappe
from frappe.utils import cint, getdate, today

from smooth_lms.base.rows import select_rows
from smooth_lms.learners import giving
from smooth_lms.learners.field_map import FieldMap
from smooth_lms.learners.sync.model import Account, Employee, Learner, Policy
from smooth_lms.permissions import LEARNING_ROLES

OURS = ("exclude_from_lms", "lms_keep_access", "lms_learning_profile", "lms_status")
EMPLOYEE = (
	"name",
	"employee_name",
	"status",
	"user_id",
	"company_email",
	"date_of_joining",
	"relieving_date",
	"reports_to",
	"department",
	"creation",
)
STANDARD_TYPES = ("System User", "Website User")
LEARNER = (
	"name",
	"employee",
	"full_name",
	"status",
	"source",
	"archived_reason",
	"archived_on",
	"learning_profile",
	"approver",
	"approver_from_hr",
	"content_region",
	"granted_roles",
	"user_disabled_by_sync",
	"account_from_sync",
	"joined_on",
	"department",
)
NAMES = ("first_name", "last_name", "full_name")
RENAMES = "Rename the account"
ORDINARY = frozenset({"LMS Student", "Employee", "Employee Self Service", "All", "Guest", "Desk User"})
"""Roles of accounts that HR's word may rename: whoever names an account gets into it by a new password."""
BY_HR = ORDINARY | {"Leave Approver", "Expense Approver"}
"""Roles that HR's own records give, besides: they keep nobody's name or account out of HR's reach."""
ONLY_PROFILED = "Only people with a learning profile"


@dataclass
class Index:
	"""Everybody who may matter, in little detail."""

	employees: dict[str, Employee]
	learners: dict[str, str]
	"""User by Employee."""
	emails: dict[str, str]
	"""User of the learner by case-folded work e-mail."""
	users: dict[str, str]
	"""User by case-folded name."""
	from_hr: set[str]
	"""Users of learners that are not archived and that HR made or took over."""


@dataclass
class People:
	"""Some accounts in full detail, by case-folded user."""

	learners: dict[str, Learner] = field(default_factory=dict)
	accounts: dict[str, Account] = field(default_factory=dict)


def policy() -> Policy:
	"""What LMS Settings say today."""
	settings = frappe.get_cached_doc("LMS Settings")
	profiles: dict[str, set[str]] = {
		name: set() for name in frappe.get_all("LMS Learning Profile", pluck="name", limit=0)
	}
	for row in frappe.get_all("LMS Learning Profile Role", fields=["parent", "role"], limit=0):
		if row.role in LEARNING_ROLES:  # whatever stands there
			profiles.setdefault(row.parent, set()).add(row.role)
	regions = frappe.get_all(
		"LMS Content Region Country", fields=["country", "parent"], order_by="parent asc", limit=0
	)
	return Policy(
		today=getdate(today()),
		profiles_only=settings.who_gets_access == ONLY_PROFILED,
		default_profile=settings.default_learning_profile,
		days_before=cint(settings.days_before_start),
		provision=bool(cint(settings.provision_users)),
		disable_leavers=bool(cint(settings.disable_leavers)),
		renames=settings.changed_work_email == RENAMES,
		profiles={name: frozenset(roles) for name, roles in profiles.items()},
		regions={row.country: row.parent for row in reversed(regions)},
	)


def read_index(employees: Collection[str] | None = None, users: Collection[str] = ()) -> Index:
	"""Everybody, or those who share an account with the given ones.

	Args:
	        employees: Employee names, also of records that are gone; None for everybody.
	        users: Users whose learners shall be looked at too.
	"""
	if employees is None:
		people = _employees(None)
		by_employee, emails, from_hr = _learner_index(None, None)
		found = Index(people, by_employee, emails, _users(None), from_hr)
	else:
		found = _close(set(employees), set(users))
	_mark_boarding(found.employees)
	return found


def _close(names: set[str], users: set[str]) -> Index:
	"""The given records, all that share an account or e-mail with them, and their managers."""
	people = _employees({"name": names})
	managers: set[str] = set()
	while True:
		known = len(people)
		by_employee, emails, from_hr = _learner_index(set(people) | names, users | _accounts_of(people))
		accounts = users | _accounts_of(people) | set(by_employee.values()) | set(emails.values())
		sharing = select_rows("Employee", ["name"], {"user_id": accounts, "company_email": accounts})
		rivals = {name for (name,) in sharing} - set(people)
		people |= _employees({"name": rivals})
		if not managers:
			managers = {each.manager for each in people.values() if each.manager} - set(people)
			people |= _employees({"name": managers})
		if len(people) == known:
			return Index(people, by_employee, emails, _users(accounts), from_hr)


def _accounts_of(people: Mapping[str, Employee]) -> set[str]:
	return {value for each in people.values() for value in (each.user_id, each.email) if value}


def _employees(where: Mapping[str, Collection[str]] | None) -> dict[str, Employee]:
	optional = [name for name in OURS if _has(name)]
	rows = select_rows("Employee", (*EMPLOYEE, *optional), where)
	found = {}
	for (
		name,
		full,
		status,
		user,
		email,
		starts,
		relieving,
		manager,
		department,
		created,
		*rest,
	) in rows:
		extra = dict(zip(optional, rest, strict=True))
		found[name] = Employee(
			name=name,
			full_name=full or "",
			status=status or "",
			user_id=user or None,
			email=(email or "").strip().casefold() or None,
			starts=starts,
			relieving=relieving,
			excluded=bool(extra.get("exclude_from_lms")),
			keeps_access=bool(extra.get("lms_keep_access")),
			profile=extra.get("lms_learning_profile") or None,
			manager=manager or None,
			department=department or None,
			serial=str(created),
			lms_status=extra.get("lms_status") or "",
		)
	return found


def _learner_index(
	employees: Collection[str] | None, accounts: Collection[str] | None
) -> tuple[dict[str, str], dict[str, str], set[str]]:
	among = None
	if employees is not None:
		among = {"employee": employees, "name": accounts, "work_email": accounts}
	rows = select_rows("LMS Learner", ["name", "employee", "work_email", "source", "status"], among)
	by_employee: dict[str, str] = {}
	emails: dict[str, str] = {}
	from_hr: set[str] = set()
	for user, employee, email, source, status in sorted(rows, key=lambda row: row[4] or "", reverse=True):
		# Pending, then Archived, then Active: of several the one in use is kept
		if employee:
			by_employee[employee] = user
		if email:
			emails[email.casefold()] = user
		if source == "HR" and status != "Archived":
			from_hr.add(user)
	return by_employee, emails, from_hr


def _users(accounts: Collection[str] | None) -> dict[str, str]:
	rows = select_rows("User", ["name"], None if accounts is None else {"name": accounts})
	return {name.casefold(): name for (name,) in rows}


def _mark_boarding(people: Mapping[str, Employee]) -> None:
	"""Note who has a submitted onboarding (it matters before the start) or separation (after the last day)."""
	now = getdate(today())
	early = [each.name for each in people.values() if each.starts and each.starts > now]
	if early and _there("Employee Onboarding"):
		table, person = frappe.qb.DocType("Employee Onboarding"), frappe.qb.DocType("Employee")
		query = frappe.qb.from_(table).join(person)
		query = query.on((table.employee == person.name) | (table.job_applicant == person.job_applicant))
		query = query.select(person.name).where((table.docstatus == 1) & person.name.isin(early))
		for (name,) in query.run():
			people[name].onboarded = True
	due = [
		each.name
		for each in people.values()
		if each.status == "Active" and each.relieving and each.relieving <= now
	]
	if due and _there("Employee Separation"):
		for name in frappe.get_all(
			"Employee Separation",
			filters={"docstatus": 1, "employee": ["in", due]},
			pluck="employee",
			limit=0,
		):
			people[name].separated = True


def add_values(people: Collection[Employee], mapping: FieldMap) -> None:
	"""Read what HR owns of these people's learners into their `values` and `group`."""
	names = [each.name for each in people]
	if not names:
		return
	given = {each.name: (each.profile, each.user_id, each.email) for each in people if each.profile}
	refused = giving.not_entitled(given)
	for each in people:
		each.not_given = each.name in refused
	group_field = mapping.group_field
	columns = [*mapping.columns("Employee"), *([group_field] if group_field else [])]
	found = select_rows("Employee", ["name", "company", *columns], {"name": names})
	rows = {row[0]: row for row in found}
	addresses = _addresses(names, mapping.columns("Address"))
	companies = _companies(mapping.columns("Company"))
	users = _user_values([each.user_id for each in people if each.user_id], mapping.columns("User"))
	for each in people:
		row = rows.get(each.name)
		if not row:
			continue
		company = companies.get(row[1]) or {}
		own = dict(zip(columns, row[2:], strict=True))
		each.values = mapping.values(
			{
				"Employee": own,
				"Address": addresses.get(each.name) or {},
				"Company": company,
				"User": users.get((each.user_id or "").casefold()) or {},
			}
		)
		each.group = (own.get(group_field) or None) if group_field else None


def _addresses(names: Collection[str], columns: list[str]) -> dict[str, dict[str, Any]]:
	"""The home address of each Employee that has one: the primary one, else the newest."""
	if not columns or not _there("Address"):
		return {}
	link, table = frappe.qb.DocType("Dynamic Link"), frappe.qb.DocType("Address")
	rows = (
		frappe.qb.from_(link)
		.join(table)
		.on(table.name == link.parent)
		.select(link.link_name, *(table[name] for name in columns))
		.where(
			(link.parenttype == "Address")
			& (link.link_doctype == "Employee")
			& link.link_name.isin(list(names))
			& (table.disabled == 0)
		)
		.orderby(table.is_primary_address)
		.orderby(table.creation)
		.orderby(table.name)
	).run()
	return {row[0]: dict(zip(columns, row[1:], strict=True)) for row in rows}


def _companies(columns: list[str]) -> dict[str, dict[str, Any]]:
	wanted = sorted({"name", "country", *columns})
	rows = frappe.get_all("Company", fields=wanted, limit=0)
	return {row.name: row for row in rows}


def _user_values(users: Iterable[str], columns: list[str]) -> dict[str, dict[str, Any]]:
	users = list(users)
	if not columns or not users:
		return {}
	rows = select_rows("User", ["name", *columns], {"name": users})
	return {row[0].casefold(): dict(zip(columns, row[1:], strict=True)) for row in rows}


def read_people(users: Collection[str], mapping: FieldMap, roles: Collection[str]) -> People:
	"""Learners and accounts of these Users in full detail.

	Args: roles, the ones that matter; others are not read.
	"""
	users, found = list(users) or [""], People()
	held, beyond = _held_roles(users, roles), _roles_beyond(users, BY_HR)
	for name, enabled, kind, *names in select_rows(
		"User", ["name", "enabled", "user_type", *NAMES], {"name": users}
	):
		found.accounts[name.casefold()] = Account(
			name,
			bool(enabled),
			kind in STANDARD_TYPES,
			frozenset(held.get(name.casefold(), ())),
			dict(zip(NAMES, names, strict=True)),
			frozenset(beyond.get(name.casefold(), ())),
		)
	groups = _hr_groups(users, mapping.group_doctype)
	own = list(mapping.learner_fields)
	for row in select_rows("LMS Learner", [*LEARNER, *own], {"name": users}):
		(
			user, employee, full_name, status, source, reason, archived_on, profile, approver, approver_from_hr,
			region, granted, disabled, made, joined, department,
		) = row[: len(LEARNER)]  # fmt: skip
		found.learners[user.casefold()] = Learner(
			user=user,
			employee=employee or None,
			full_name=full_name or "",
			status=status or "",
			source=source or "",
			reason=reason or None,
			archived_on=archived_on,
			profile=profile or None,
			approver=approver or None,
			approver_from_hr=bool(approver_from_hr),
			region=region or None,
			granted=frozenset((granted or "").split(", ")) & LEARNING_ROLES,
			disabled_by_sync=bool(disabled),
			account_from_sync=bool(made),
			joined=bool(joined),
			department=department or None,
			groups=frozenset(groups.get(user, ())),
			values=dict(zip(own, row[len(LEARNER) :], strict=True)),
		)
	return found


def with_more_rights(users: Collection[str]) -> set[str]:
	"""Those of `users`, case-folded, that have a role beyond ORDINARY."""
	return set(_roles_beyond(users, ORDINARY))


def _roles_beyond(users: Collection[str], ordinary: Collection[str]) -> dict[str, set[str]]:
	"""The roles of accounts, by case-folded user, that are none of the ordinary ones."""
	found: dict[str, set[str]] = {}
	if not users:
		return found
	table = frappe.qb.DocType("Has Role")
	rows = frappe.qb.from_(table).select(table.parent, table.role)
	wanted = (table.parenttype == "User") & table.parent.isin(list(users))
	for user, role in rows.where(wanted & table.role.notin(sorted(ordinary))).run():
		found.setdefault(user.casefold(), set()).add(role)
	return found


def _held_roles(users: list[str], roles: Collection[str]) -> dict[str, set[str]]:
	rows = select_rows(
		"Has Role", ["parent", "role"], {"parent": users}, {"parenttype": "User", "role": tuple(roles)}
	)
	found: dict[str, set[str]] = {}
	for user, role in rows:
		found.setdefault(user.casefold(), set()).add(role)
	return found


def _hr_groups(users: list[str], followed: str | None) -> dict[str, set[str]]:
	groups = {
		name: record if follows == followed else f"{follows}: {record}"
		# a group that followed something else before the setting was changed is not one of today's
		for name, follows, record in select_rows("LMS Group", ["name", "follows", "followed_record"])
	}
	rows = select_rows(
		"LMS Learner Group",
		["parent", "group"],
		{"parent": users},
		{"parenttype": "LMS Learner", "from_hr": 1},
	)
	found: dict[str, set[str]] = {}
	for user, group in rows:
		if group in groups:
			found.setdefault(user, set()).add(groups[group])
	return found


def _has(column: str) -> bool:
	return bool(frappe.get_meta("Employee").has_field(column))


def _there(doctype: str) -> bool:
	return bool(frappe.db.table_exists(doctype, cached=True))
