"""What HR knows about people, read in sets. With its neighbors, the only place that reads Employee for other modules."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from pypika.queries import QueryBuilder

import frappe
from frappe import _
from frappe.utils import getdate, today

from smooth_lms.base.rows import select_rows
from smooth_lms.exceptions import DisabledUserError, NoUserAccountError

Record = TypeVar("Record")

RANKS = {"Active": 2, "Suspended": 1, "Inactive": 1}
"""Which of two records of one person counts."""
NUMBER_DIGITS = 8
"""So many digits at the end of two phone numbers make them the same, with or without a country's code."""
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
	"""The record that speaks for each account: an Active one before one that is away for now, then others, then the newest.

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


def applicants_of(employees: Collection[str]) -> list[str]:
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


def user_of_hire(employee: str | None, applicant: str | None) -> str | None:
	"""The user of the person whom an onboarding is about, whatever has become of the record and of the account."""
	fields = ["name", "user_id"]
	row = employee and frappe.db.get_value("Employee", employee, fields, as_dict=True)
	if not row and applicant:
		row = frappe.db.get_value("Employee", {"job_applicant": applicant}, fields, as_dict=True)
	if not row:
		return None
	return row.user_id or frappe.db.get_value("LMS Learner", {"employee": row.name})


def has_left(employee: str | None, *, since: date | None) -> bool:
	"""Whether an Employee has left the employment that began on a day, rather than an earlier one."""
	fields = ["status", "relieving_date"]
	row = employee and frappe.db.get_value("Employee", employee, fields, as_dict=True)
	if not row or row.status != "Left":
		return False
	last = row.relieving_date
	return not last or (last <= getdate(today()) and (not since or getdate(since) <= last))


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


def named_as(addresses: Collection[str], statuses: Collection[str] = ()) -> dict[str, str]:
	"""The Employees whose account or work e-mail is one of these, by the address in lower case.

	Args: statuses, of the employees; without any, those who have left count as well: HR may bring them back.
	"""
	found: dict[str, str] = {}
	if not has_hr():
		return found
	where = {"status": tuple(statuses)} if statuses else {}
	for column in ("user_id", "company_email"):
		for name, address in select_rows("Employee", ("name", column), {column: list(addresses)}, where):
			found.setdefault((address or "").casefold(), name)
	return found


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


def alike() -> list[list[frappe._dict]]:
	"""Employees who have not left and may be one human: with accounts of their own, but one name and birthday or number.

	Returns groups of `name, employee_name, user_id`, each group once. One statement.
	"""
	if not has_hr():
		return []
	rows = frappe.get_all(
		"Employee",
		filters={"status": ["!=", "Left"], "user_id": ["is", "set"]},
		fields=["name", "employee_name", "user_id", "date_of_birth", "cell_number"],
		order_by="employee_name asc, name asc",
		limit=0,
	)
	same: dict[tuple[str, ...], list[frappe._dict]] = {}
	for row in rows:
		digits = "".join(char for char in row.cell_number or "" if char.isdigit())
		if row.employee_name and row.date_of_birth:
			key = ("person", " ".join(row.employee_name.casefold().split()), str(row.date_of_birth))
			same.setdefault(key, []).append(row)
		if len(digits) >= NUMBER_DIGITS:
			same.setdefault(("number", digits[-NUMBER_DIGITS:]), []).append(row)
	groups = {
		tuple(row.name for row in group): group
		for group in same.values()
		if len({row.user_id.casefold() for row in group}) > 1
	}
	return list(groups.values())


def _people(column: str, values: Collection[str]) -> list[Person]:
	if not has_hr():
		return []
	fields = ["name", "user_id", "employee_name", "company"]
	if frappe.db.has_column(
		"Employee", "employment_type"
	):  # not by its meta, which takes longer than the rows
		fields.append("employment_type")
	rows = select_rows("Employee", fields, {column: values}, order="`status` = 'Active', `creation`")
	return [Person(*row[:4], member_type(row[4] if len(row) > 4 else None)) for row in rows]
