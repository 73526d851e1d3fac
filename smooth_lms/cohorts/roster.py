"""Choosing employees: filters as HR thinks of them, answered with the employees the session's user may see."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import frappe
from frappe import _
from frappe.utils import cint, escape_html

from smooth_lms import permissions
from smooth_lms.base.dates import chosen_day
from smooth_lms.base.sql import containing
from smooth_lms.cohorts import on_behalf
from smooth_lms.cohorts.outcomes import WAITLISTED
from smooth_lms.exceptions import (
	AlreadyWaitlistedError,
	CohortEndedError,
	CohortFullError,
	CohortStartedError,
	UnknownBatchError,
)
from smooth_lms.people.departments import departments_above, departments_below
from smooth_lms.people.employees import has_hr
from smooth_lms.permissions import LEARNER_ROLES

MOST_PEOPLE = 20_000
SAME = ("company", "designation", "branch", "grade", "employment_type")
"""Filters that are a field of Employee and mean that value, or one of several."""
FILTERS = ("search", *SAME, "department", "joined_from", "joined_to", "manager", "whole_team", "employees")
FIELDS = (
	"name",
	"employee_name",
	"user_id",
	"company",
	"department",
	"designation",
	"branch",
	"grade",
	"date_of_joining",
	"reports_to",
)


def find(filters: Mapping[str, Any]) -> list[frappe._dict]:
	"""The Active employees that match, by name of the person; those without a user too.

	Args: filters, any of
	        search: a part of the name, the employee ID or the user;
	        company, designation, branch, grade, employment_type: a name or a list of names;
	        department: a name or a list; departments below count as well;
	        joined_from, joined_to: dates, both inclusive;
	        manager: an Employee; who reports to them, with `whole_team` also those further down;
	        employees: a list of Employee names.

	Three queries at most. Filters on fields that this site's Employee does not have are refused.
	Raises ValidationError for a filter that is unknown or wrong, PermissionError for learners.
	"""
	permissions.require_enroller()
	if not has_hr():
		frappe.throw(_("This site has no employees: choose users instead."))
	meta = frappe.get_meta("Employee")
	fields = [field for field in FIELDS if field == "name" or meta.has_field(field)]
	wanted = _cleaned(filters)
	found = reader()(
		"Employee",
		filters=_conditions(wanted, meta),
		or_filters=_named(wanted.get("search")),
		fields=fields,
		order_by="employee_name asc, name asc",
		limit=MOST_PEOPLE + 1,
	)
	if len(found) > MOST_PEOPLE:
		frappe.throw(_("More than {0} employees match: add a filter.").format(MOST_PEOPLE))
	return found


def options() -> dict[str, list[dict[str, str]]]:
	"""For each filter the values in use among the Active employees the session's user may see.

	Departments above those in use count as well. Four queries.
	"""
	permissions.require_enroller()
	if not has_hr():
		return {}
	meta = frappe.get_meta("Employee")
	fields = [field for field in (*SAME, "department") if meta.has_field(field)]
	rows = reader()(
		"Employee",
		filters={"status": "Active"},
		fields=["name", "employee_name", "reports_to", *fields],
		order_by="employee_name asc",
		limit=0,
	)
	found = {field: _choices({row[field] for row in rows if row[field]}) for field in fields}
	found["department"] = _choices(departments_above(each["value"] for each in found["department"]))
	managers = {row.reports_to for row in rows if row.reports_to}
	named = {row.name: row.employee_name for row in rows if row.name in managers}
	found["manager"] = [{"value": name, "label": f"{label} ({name})"} for name, label in named.items()]
	return found


def search_learners(text: str, *, start: int = 0, limit: int = 20) -> list[tuple[str, str]]:
	"""Enabled learner accounts (user, full name) whose name or address contains `text`.

	Moderators find everybody, HR the employees they may see.
	"""
	user, role = frappe.qb.DocType("User"), frappe.qb.DocType("Has Role")
	like = f"%{text.strip()}%"
	query = (
		frappe.qb.from_(user)
		.join(role)
		.on((role.parent == user.name) & (role.parenttype == "User") & role.role.isin(LEARNER_ROLES))
		.select(user.name, user.full_name)
		.distinct()
		.where((user.enabled == 1) & (user.name.like(like) | user.full_name.like(like)))
		.orderby(user.full_name)
		.orderby(user.name)
		.limit(limit)
		.offset(start)
	)
	if not permissions.is_moderator():
		query = query.where(user.name.isin(_visible_users() or [""]))
	return list(query.run())


def reader() -> Callable:
	"""What reads Employee for the session's user: all of them for moderators, within their permissions for HR.

	Moderators run training for everybody, whether or not they may open the Employee form.
	"""
	return frappe.get_all if permissions.is_moderator() else frappe.get_list


def members(employees: Sequence[frappe._dict]) -> list[str]:
	"""How the door is asked about employees: by their user, or by themselves where they have none."""
	return [employee.user_id or employee.name for employee in employees]


def preview(
	batch: str,
	*,
	members: Sequence[str] | None = None,
	filters: Mapping[str, Any] | None = None,
	override_reason: str | None = None,
) -> dict:
	"""What enrolling would do at this moment, for a list of people or for the employees that match filters.

	Returns the report of `enrollment.preview`; its rows say also `employee` and `department` where known and
	whether the person `waits` on the waitlist already, and `may_override` whether a reason for an exception
	would help the session's user.
	"""
	permissions.require_enroller()
	if members is None and filters is None:
		frappe.throw(_("Choose people: pass members or filters."))
	if members is None:
		return preview_of(batch, find(filters), override_reason=override_reason)
	return preview_of(batch, _employees_of(members), asked=members, override_reason=override_reason)


def preview_of(
	batch: str,
	employees: Sequence[frappe._dict],
	*,
	asked: Sequence[str] | None = None,
	override_reason: str | None = None,
) -> dict:
	"""As `preview`, for employees that were read already. Args: asked, Users or Employees among them."""
	if not frappe.db.exists("LMS Batch", batch):
		frappe.throw(UnknownBatchError(batch=batch).text, UnknownBatchError)
	by_member: dict[str, frappe._dict] = {}
	for employee in employees:
		by_member.setdefault((employee.user_id or employee.name).lower(), employee)
		by_member.setdefault(employee.name.lower(), employee)
	report = on_behalf.preview(
		batch, members(employees) if asked is None else asked, override_reason=override_reason
	)
	for row in report["rows"]:
		employee = by_member.get(row["member"].lower()) or frappe._dict()
		row["employee"] = employee.name
		row["department"] = employee.department
		row["member_name"] = row["member_name"] or employee.employee_name
		row["waits"] = row["reason"] == AlreadyWaitlistedError().text
	report["may_override"] = permissions.may_override() and _some_could_be_excepted(report["rows"])
	return report


def _some_could_be_excepted(rows: Sequence[Mapping]) -> bool:
	"""Whether a moderator's reason would change the answer for anybody."""
	liftable = {error().text for error in (CohortFullError, CohortStartedError, CohortEndedError)}
	return any(row["outcome"] == WAITLISTED or row["reason"] in liftable for row in rows)


def _visible_users() -> list[str]:
	filters = {"status": "Active", "user_id": ["is", "set"]}
	return frappe.get_list("Employee", filters=filters, pluck="user_id", limit=0)


def _choices(values: Iterable[str]) -> list[dict[str, str]]:
	return [{"value": value, "label": value} for value in sorted(values, key=str.casefold)]


def _employees_of(people: Sequence[str]) -> list[frappe._dict]:
	if not has_hr() or not people:
		return []
	if len(people) > MOST_PEOPLE:
		frappe.throw(_("More than {0} people: choose fewer.").format(MOST_PEOPLE))
	rows = reader()(
		"Employee",
		or_filters=[["user_id", "in", list(people)], ["name", "in", list(people)]],
		fields=["name", "employee_name", "user_id", "department", "status"],
		order_by="creation desc",
		limit=0,
	)
	return sorted(rows, key=lambda row: row.status != "Active")


def _cleaned(filters: Mapping[str, Any]) -> dict[str, Any]:
	unknown = [key for key in filters if key not in FILTERS]
	if unknown:
		sentence = _("There is no filter {0}: use one of {1}.")
		frappe.throw(sentence.format(escape_html(", ".join(unknown)), escape_html(", ".join(FILTERS))))
	return {key: value for key, value in filters.items() if value not in (None, "", [])}


def _conditions(filters: Mapping[str, Any], meta) -> list[list]:
	conditions: list[list] = [["status", "=", "Active"]]
	for field in SAME:
		if field in filters:
			if not meta.has_field(field):
				frappe.throw(
					_("Employees of this site have no {0}: remove the filter.").format(escape_html(field))
				)
			conditions.append([field, "in", _list(filters[field])])
	if "department" in filters:
		conditions.append(["department", "in", list(departments_below(_list(filters["department"])))])
	if "employees" in filters:
		conditions.append(["name", "in", _list(filters["employees"])])
	if "joined_from" in filters:
		conditions.append(["date_of_joining", ">=", chosen_day(filters["joined_from"])])
	if "joined_to" in filters:
		# sql: HR's records always have the day
		conditions.append(["date_of_joining", "<=", chosen_day(filters["joined_to"])])
	if "manager" in filters:
		conditions += _reporting_to(filters["manager"], bool(cint(filters.get("whole_team"))))
	return conditions


def _named(text: Any) -> list[list] | None:
	if not text:
		return None
	if not isinstance(text, str):
		frappe.throw(_("Search for a name, an employee ID or a user."))
	return [[field, "like", containing(text.strip())] for field in ("employee_name", "name", "user_id")]


def _reporting_to(manager: str, whole_team: bool) -> list[list]:
	if not isinstance(manager, str):
		frappe.throw(_("Choose one manager."))
	row = frappe.db.get_value("Employee", manager, ["lft", "rgt"], as_dict=True)
	if not row:
		frappe.throw(_("There is no employee {0}.").format(escape_html(manager)), frappe.DoesNotExistError)
	if whole_team:
		return [["lft", ">", row.lft], ["rgt", "<", row.rgt]]
	return [["reports_to", "=", manager]]


def _list(value: Any) -> list[str]:
	values = value if isinstance(value, list | tuple) else [value]
	if not all(isinstance(each, str) for each in values):
		frappe.throw(_("A filter takes a name or a list of names."))
	return list(values)
