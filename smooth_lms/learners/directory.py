"""What HR knows about people, read in sets. The only place that reads Employee for the other modules."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pypika.queries import QueryBuilder

import frappe
from frappe import _

from smooth_lms.base.rows import select_rows, set_value
from smooth_lms.base.sql import quoted
from smooth_lms.exceptions import DisabledUserError, NoUserAccountError

Record = TypeVar("Record")

ABOVE = """
	with recursive chain as (
		select reports_to as name from `tabEmployee`
		where user_id = %(member)s and status in ('Active', 'Suspended')
		union
		select above.reports_to from `tabEmployee` above join chain on above.name = chain.name
	)
	select 1 from `tabEmployee` manager join chain on chain.name = manager.name
	where manager.user_id = %(user)s and manager.status = 'Active' limit 1
"""
"""Whether a user is above another one: the way up is shorter than the way down."""
BELOW = """
	with recursive below as (
		select name, 0 as level from `tabEmployee` where user_id = {user} and status = 'Active'
		union
		select under.name, {level} from `tabEmployee` under join below on under.reports_to = below.name
		where under.status in ('Active', 'Suspended') and {deeper}
	)
	select distinct account.name
	from below
	join `tabEmployee` record on record.name = below.name
	join `tabUser` account on account.name = record.user_id and account.enabled = 1
	where account.name != {user}
"""
"""The accounts of the people below a user. With `level` the same for all, a circle of managers ends."""
RANKS = {"Active": 2, "Suspended": 1}
"""Which of two records of one person counts."""
CONTRACTOR_WORDS = ("contract", "freelance", "consultant", "agency")
"""Beginnings of Employment Types that mean a contractor; ERPNext itself ships `Contract`."""


@dataclass(frozen=True, slots=True)
class Person:
	"""An Employee record as enrollment sees it."""

	employee: str
	user: str | None
	full_name: str | None
	company: str | None
	member_type: str


@dataclass(frozen=True, slots=True)
class Account:
	"""A working user account."""

	user: str
	full_name: str


def unreadable() -> tuple[type[Exception], ...]:
	"""What the database raises when a table is missing or broken."""
	return frappe.db.ProgrammingError, frappe.db.OperationalError


def has_hr() -> bool:
	"""Whether this site has ERPNext's Employee at all; without it learners are External."""
	return bool(frappe.db.table_exists("Employee", cached=True))


def member_type(employment_type: str | None) -> str:
	"""Employee or Contractor, by the name of the Employment Type."""
	kind = (employment_type or "").strip().lower()
	return "Contractor" if kind.startswith(CONTRACTOR_WORDS) else "Employee"


def people_by_user(users: Collection[str], *, optional: bool = False) -> dict[str, Person]:
	"""The Employee record of each user that has one; an Active record wins over others, then the newest.

	Args: optional, go on without HR if its tables fail: right for a page to read, wrong for anything that is kept.
	"""
	try:
		people = _people("user_id", users)
	except unreadable():
		if not optional:
			raise
		frappe.logger("smooth_lms").exception("HR's records cannot be read")
		return {}
	return {person.user.lower(): person for person in people if person.user}


def people_by_employee(employees: Collection[str]) -> dict[str, Person]:
	"""The given Employee records by name; names that do not exist are left out."""
	return {person.employee: person for person in _people("name", employees)}


def accounts() -> tuple[Any, Any, QueryBuilder]:
	"""The tables Employee and User, and a query of the employee records that have an account, the oldest first.

	Somebody may have two records: see `speaking`.
	"""
	employee, user = frappe.qb.DocType("Employee"), frappe.qb.DocType("User")
	query = frappe.qb.from_(employee).join(user).on(user.name == employee.user_id)
	query = query.orderby(employee.creation, employee.name)
	return employee, user, query


def without_accounts() -> tuple[Any, QueryBuilder]:
	"""The table Employee, and a query of the names of Active Employees that have no enabled account."""
	employee, user = frappe.qb.DocType("Employee"), frappe.qb.DocType("User")
	query = (
		frappe.qb.from_(employee)
		.left_join(user)
		.on((user.name == employee.user_id) & (user.enabled == 1))
		.select(employee.name)
		.where((employee.status == "Active") & user.name.isnull())
	)
	return employee, query


def speaking(records: Iterable[Record], identity: Callable[[Record], tuple[str, str]]) -> dict[str, Record]:
	"""The record that speaks for each account: an Active one before a Suspended one before others, then the newest.

	Args:
	        records: the oldest first.
	        identity: the account and the status of a record.
	"""
	found: dict[str, Record] = {}
	ranks: dict[str, int] = {}
	for record in records:
		user, status = identity(record)
		rank = RANKS.get(status, 0)
		if rank >= ranks.get(user, 0):
			found[user], ranks[user] = record, rank
	return found


def applicants(employees: Collection[str]) -> list[str]:
	"""The Job Applicants that these Employees came from."""
	if not has_hr() or not frappe.get_meta("Employee").has_field("job_applicant"):
		return []
	return frappe.get_all(
		"Employee",
		filters={"name": ["in", list(employees)], "job_applicant": ["is", "set"]},
		pluck="job_applicant",
		limit=0,
	)


def hired_from(applicants: Collection[str]) -> list[str]:
	"""The Employees that these Job Applicants became."""
	if not applicants or not has_hr() or not frappe.get_meta("Employee").has_field("job_applicant"):
		return []
	return frappe.get_all(
		"Employee", filters={"job_applicant": ["in", list(applicants)]}, pluck="name", limit=0
	)


def new_hire(employee: str | None, applicant: str | None) -> tuple[Account | None, str]:
	"""The account of the person whom an onboarding is about, or else why there is none yet.

	Args: employee, the Employee if the onboarding knows it; applicant, its Job Applicant.
	"""
	fields = ["name", "status", "user_id", "company_email"]
	row = employee and frappe.db.get_value("Employee", employee, fields, as_dict=True)
	if not row and applicant:
		row = frappe.db.get_value("Employee", {"job_applicant": applicant}, fields, as_dict=True)
	if not row:
		return None, _("The employee record is not there yet.")
	if row.status != "Active":
		return None, _("Employee {0} is not active.").format(row.name)
	user = row.user_id and frappe.db.get_value(
		"User", row.user_id, ["name", "full_name", "enabled"], as_dict=True
	)
	if not user:
		if not row.company_email:
			return None, _("Employee {0} has no company e-mail: a work e-mail is required.").format(row.name)
		return None, NoUserAccountError(employee=row.name).text
	if not user.enabled:
		return None, DisabledUserError().text
	return Account(user.name, user.full_name or user.name), ""


def users_of(employees: Collection[str]) -> list[str]:
	"""The users of these Employee records that have one."""
	if not employees or not has_hr():
		return []
	filters = {"name": ["in", list(employees)], "user_id": ["is", "set"]}
	return frappe.get_all("Employee", filters=filters, pluck="user_id", limit=0)


def records_of(user: str) -> list[str]:
	"""The Active Employee records of a user; none where HR is absent or its tables fail: the portal goes on then."""
	if not has_hr():
		return []
	try:
		return frappe.get_all("Employee", filters={"user_id": user, "status": "Active"}, pluck="name")
	except unreadable():
		frappe.logger("smooth_lms").exception("HR's records cannot be read")
		return []


def has_reports(manager: str) -> bool:
	"""Whether any Active employee reports to `manager`, a User; nobody where HR is absent or its tables fail."""
	if not has_hr():
		return False
	own, below = frappe.qb.DocType("Employee").as_("own"), frappe.qb.DocType("Employee").as_("below_them")
	query = (
		frappe.qb.from_(own)
		.join(below)
		.on(below.reports_to == own.name)
		.select(below.name)
		.where((own.user_id == manager) & (own.status == "Active") & (below.status == "Active"))
		.limit(1)
	)
	try:
		return bool(query.run())
	except unreadable():
		frappe.logger("smooth_lms").exception("HR's records cannot be read")
		return False


def is_above(manager: str, member: str) -> bool:
	"""Whether `member` reports to `manager` in HR, directly or further down. Args: two Users."""
	return bool(records_of(manager) and frappe.db.sql(ABOVE, {"user": manager, "member": member}))


def team_of(manager: str, *, whole_tree: bool = False) -> dict[str, str]:
	"""Full names of the people who report to `manager`, by user: in HR, or as their learners' approver.

	Args: whole_tree, also those who report to them in HR, and so on. One statement each for HR and for learners.
	"""
	found = _team_in_hr(manager, whole_tree) if records_of(manager) else {}
	learners = frappe.get_all(
		"LMS Learner",
		filters={"approver": manager, "status": ["!=", "Archived"]},
		fields=["name", "full_name"],
		limit=0,
	)
	found.update({row.name: row.full_name for row in learners})
	found.pop(manager, None)
	return found


def team_query(manager: str) -> str:
	"""The same people, with those further down, as SQL for a condition: a query of Users, for `in (…)`."""
	user = quoted(manager)
	queries = [f"select name from `tabLMS Learner` where approver = {user} and status != 'Archived'"]
	if records_of(manager):
		queries.append(f"select name from ({_below(user, whole_tree=True)}) team")
	return " union ".join(queries)


def departments_below(departments: Iterable[str]) -> set[str]:
	"""The departments and all those below them."""
	wanted = list(departments)
	return {*wanted, *_departments(wanted, below=True)}


def departments_above(departments: Iterable[str]) -> set[str]:
	"""The departments and all those above them."""
	wanted = list(departments)
	return {*wanted, *_departments(wanted, below=False)}


def employees_with(doctype: str, name: str) -> list[str]:
	"""The Employee records that link to this record of HR, for example everybody in a department."""
	if not has_hr():
		return []
	links = frappe.get_meta("Employee").get_link_fields()
	fields = [field.fieldname for field in links if field.options == doctype]
	if not fields:
		return []
	return frappe.get_all(
		"Employee", or_filters=[[field, "=", name] for field in fields], pluck="name", limit=0
	)


def forget_employee(employee: str) -> None:
	"""Take the link to an Employee that is being deleted out of our records, so that these do not forbid it.

	Where the Employee is what a record is about (a mandatory field), the link stays and Frappe refuses the deletion.
	"""
	field, doctype = frappe.qb.DocType("DocField"), frappe.qb.DocType("DocType")
	module = frappe.qb.DocType("Module Def")
	links = (
		frappe.qb.from_(field)
		.join(doctype)
		.on(doctype.name == field.parent)
		.join(module)
		.on(module.name == doctype.module)
		.select(field.parent, field.fieldname)
		.where(
			(field.fieldtype == "Link")
			& (field.options == "Employee")
			& (field.reqd == 0)
			& (doctype.issingle == 0)
			& (module.app_name == "smooth_lms")
		)
	).run()
	for parent, fieldname in links:
		set_value(parent, {fieldname: employee}, fieldname, None, update_modified=False)


def _departments(wanted: Sequence[str], *, below: bool) -> set[str]:
	if not wanted or not has_hr():
		return set()
	table, top = frappe.qb.DocType("Department"), frappe.qb.DocType("Department").as_("top")
	found, known = (table, top) if below else (top, table)
	rows = (
		frappe.qb.from_(table)
		.join(top)
		# a department that the tree has not taken in yet has neither number
		.on((table.lft >= top.lft) & (table.rgt <= top.rgt) & (top.lft > 0))
		.select(found.name)
		.distinct()
		.where(known.name.isin(wanted))
	).run(pluck=True)
	return set(rows)


def _team_in_hr(manager: str, whole_tree: bool) -> dict[str, str]:
	statement = f"""
		select user.name, coalesce(user.full_name, min(employee.employee_name))
		from ({_below("%(user)s", whole_tree)}) team
		join `tabUser` user on user.name = team.name
		join `tabEmployee` employee on employee.user_id = user.name
		group by user.name
	"""
	return dict(frappe.db.sql(statement, {"user": manager}))  # sql: BELOW is our text, `manager` a parameter


def _below(user: str, whole_tree: bool) -> str:
	"""Args: user, as it stands in the statement."""
	if whole_tree:
		return BELOW.format(user=user, level="0", deeper="1 = 1")
	return BELOW.format(user=user, level="1", deeper="below.level = 0")


def _people(column: str, values: Collection[str]) -> list[Person]:
	if not has_hr():
		return []
	fields = ["name", "user_id", "employee_name", "company"]
	if frappe.get_meta("Employee").has_field("employment_type"):
		fields.append("employment_type")
	rows = select_rows("Employee", fields, {column: values}, order="`status` = 'Active', `creation`")
	return [Person(*row[:4], member_type(row[4] if len(row) > 4 else None)) for row in rows]
