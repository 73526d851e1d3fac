"""HR's headcount and the enrollments of a cohort held side by side: who is not in, and who is in unexpectedly."""

from collections.abc import Mapping, Sequence
from typing import Any

import frappe
from frappe import _

from smooth_lms import permissions
from smooth_lms.cohorts import course_access, roster
from smooth_lms.cohorts.admission import WITHDRAWN
from smooth_lms.cohorts.outcomes import ALREADY, ENROLLED, WAITLISTED
from smooth_lms.people.departments import departments_below
from smooth_lms.people.employees import has_hr, speaking

MISSING, UNEXPECTED = "Missing", "Not expected"
EMAILS = ("user_id", "company_email", "personal_email")
ROSTER_FIELDS = (
	"name",
	"batch",
	"member",
	"member_name",
	"employee",
	"member_type",
	"status",
	"source",
	"enrolled_on",
	"waitlist_position",
	"withdrawn_on",
	"confirmation_email_sent",
	"confirmation_email_error",
)


def roster_rows(filters: Mapping[str, Any]) -> list[frappe._dict]:
	"""The enrollments the session's user may see, with the person's company and department and missing courses.

	Args: filters, any of batch, status, company, department (those below count as well).

	Six queries, whatever the number of people.
	"""
	wanted = {field: filters[field] for field in ("batch", "status") if filters.get(field)}
	rows = frappe.get_list(
		"LMS Batch Enrollment",
		filters=wanted,
		fields=list(ROSTER_FIELDS),
		order_by="batch asc, status asc, member_name asc",
		limit=0,
	)
	people = _employees({row.employee for row in rows if row.employee})
	departments = departments_below([filters["department"]]) if filters.get("department") else None
	missing: dict[tuple[str, str], list[str]] = {}
	for gap in course_access.gaps(filters.get("batch")) if rows else []:
		missing.setdefault((gap.batch, gap.member), []).append(gap.course_title)
	found = []
	for row in rows:
		person = people.get(row.employee) or frappe._dict()
		if filters.get("company") and person.company != filters["company"]:
			continue
		if departments is not None and person.department not in departments:
			continue
		row.company, row.department = person.company, person.department
		row.courses_missing = ", ".join(missing.get((row.batch, row.member), []))
		found.append(row)
	return found


def headcount(batch: str, filters: Mapping[str, Any]) -> dict[str, Any]:
	"""The employees that match filters and have no place in a cohort, and whoever has one and is none of them.

	Args:
	        batch: LMS Batch.
	        filters: see `roster.find`.

	Returns `rows` (what: MISSING or UNEXPECTED, employee, employee_name, company, department, user, reason, remedy), and
	the numbers `headcount`, `present` (enrolled, completed or waiting), `missing` and `unexpected`.
	Raises PermissionError, UnknownBatchError, and what `roster.find` raises.
	"""
	permissions.require_enroller()
	employees = roster.find(filters)
	answers = {row["member"].lower(): row for row in roster.preview_of(batch, employees)["rows"]}
	absent = [employee for employee in employees if answers[_asked(employee)]["outcome"] != ALREADY]
	withdrawn = _withdrawn(batch)
	aliases = _aliases(absent)
	accounts = _accounts([email for each in aliases.values() for email in each.emails])
	rows = []
	for employee in absent:
		answer = answers[_asked(employee)]
		alias = aliases.get(employee.name)
		rows.append(
			{
				"what": MISSING,
				"employee": employee.name,
				"employee_name": employee.employee_name,
				"company": employee.company,
				"department": employee.department,
				"user": employee.user_id,
				"reason": _reason(answer, withdrawn.get((employee.user_id or "").lower())),
				"remedy": _remedy(employee, answer, alias, accounts),
			}
		)
	others = _unexpected(batch, {_asked(employee) for employee in employees})
	return {
		"rows": [*rows, *others],
		"headcount": len(employees),
		"present": len(employees) - len(rows),
		"missing": len(rows),
		"unexpected": len(others),
	}


def _unexpected(batch: str, counted: set[str]) -> list[dict[str, Any]]:
	"""Who holds or awaits a seat, as far as the session's user may see it, and is not among the users `counted`."""
	seats = frappe.get_list(
		"LMS Batch Enrollment",
		filters={"batch": batch, "status": ["in", [ENROLLED, WAITLISTED]]},
		fields=["member", "member_name", "employee"],
		order_by="member_name asc, member asc",
		limit=0,
	)
	seats = [row for row in seats if row.member.lower() not in counted]
	records = _records([row.member for row in seats])
	rows = []
	for row in seats:
		person = records.get(row.member.lower()) or frappe._dict()
		reason, remedy = _why_unexpected(person)
		rows.append(
			{
				"what": UNEXPECTED,
				"employee": person.name,
				"employee_name": row.member_name,
				"company": person.company,
				"department": person.department,
				"user": row.member,
				"reason": reason,
				"remedy": remedy,
			}
		)
	return rows


def _why_unexpected(person: frappe._dict) -> tuple[str, str]:
	if not person:
		return (
			_("No employee record has this account."),
			_("Set the account as the user of the employee; whoever comes from outside stays as they are."),
		)
	if person.status == "Active":
		return _("Works here, but the filters leave them out."), ""
	if person.status == "Left":
		if person.relieving_date:
			day = frappe.format(person.relieving_date, {"fieldtype": "Date"})
			return _("Has left, or leaves, on {0}.").format(day), _("Withdraw them from the cohort.")
		return _("Has left."), _("Withdraw them from the cohort.")
	return (
		_("The employee is {0}.").format(_(person.status)),
		_("The seat is kept for their return: withdraw them to give it to somebody else."),
	)


def _records(users: Sequence[str]) -> dict[str, frappe._dict]:
	"""The employee record that speaks for each of these users, by user in lower case."""
	if not users or not has_hr():
		return {}
	rows = frappe.get_all(
		"Employee",
		filters={"user_id": ["in", list(users)]},
		fields=["name", "user_id", "status", "company", "department", "relieving_date"],
		order_by="creation asc, name asc",
		limit=0,
	)
	return speaking(rows, lambda row: (row.user_id.lower(), row.status))


def _asked(employee: frappe._dict) -> str:
	return (employee.user_id or employee.name).lower()


def _reason(answer: Mapping, withdrawn: frappe._dict | None) -> str:
	if withdrawn:
		day = frappe.format(withdrawn.withdrawn_on, {"fieldtype": "Date"})
		return _("Withdrawn on {0}: {1}").format(day, withdrawn.withdrawal_reason or _("no reason given"))
	if answer["outcome"] == ENROLLED:
		return _("Not enrolled yet.")
	if answer["outcome"] == WAITLISTED:
		return _("Not enrolled yet; the cohort is full.")
	return answer["reason"]


def _remedy(
	employee: frappe._dict, answer: Mapping, alias: frappe._dict | None, accounts: Mapping[str, str]
) -> str:
	if alias and alias.others:
		sentence = _("The e-mail {0} is also that of {1}: keep one employee record for the person.")
		return sentence.format(alias.shared, ", ".join(alias.others))
	if not employee.user_id and alias:
		account = next((accounts[email] for email in alias.emails if email in accounts), None)
		if account:
			return _("There is an account {0}: set it as the employee's user.").format(account)
		return _("Make an account for the employee, or let the sync with HR do it.")
	if answer["outcome"] in (ENROLLED, WAITLISTED):
		return _("Enroll them from the cohort.")
	return ""


def _aliases(absent: Sequence[frappe._dict]) -> dict[str, frappe._dict]:
	"""The e-mails of employees, and the other Active employees that have one of them, in whatever case."""
	meta = frappe.get_meta("Employee") if absent else None
	fields = [field for field in EMAILS if meta and meta.has_field(field)]
	if not fields:
		return {}
	read = roster.reader()
	own = read(
		"Employee",
		filters={"name": ["in", [each.name for each in absent]]},
		fields=["name", *fields],
		limit=0,
	)
	found = {row.name: frappe._dict(emails=_emails(row, fields), shared=None, others=[]) for row in own}
	wanted = {email for each in found.values() for email in each.emails}
	if not wanted:
		return found
	holders: dict[str, list[str]] = {}
	for row in read(
		"Employee",
		filters={"status": "Active"},
		or_filters=[[field, "in", list(wanted)] for field in fields],
		fields=["name", *fields],
		limit=0,
	):
		for email in _emails(row, fields):
			holders.setdefault(email, []).append(row.name)
	for name, each in found.items():
		for email in each.emails:
			if others := [holder for holder in holders.get(email, []) if holder != name]:
				each.shared, each.others = email, others
				break
	return found


def _emails(row: frappe._dict, fields: Sequence[str]) -> list[str]:
	return list(dict.fromkeys(row[field].strip().lower() for field in fields if (row[field] or "").strip()))


def _accounts(emails: Sequence[str]) -> dict[str, str]:
	if not emails:
		return {}
	names = frappe.get_all("User", filters={"name": ["in", emails]}, pluck="name", limit=0)
	return {name.lower(): name for name in names}


def _withdrawn(batch: str) -> dict[str, frappe._dict]:
	rows = frappe.get_all(
		"LMS Batch Enrollment",
		filters={"batch": batch, "status": WITHDRAWN},
		fields=["member", "withdrawn_on", "withdrawal_reason"],
		limit=0,
	)
	return {row.member.lower(): row for row in rows}


def _employees(names: set[str]) -> dict[str, frappe._dict]:
	if not names or not has_hr():
		return {}
	rows = frappe.get_all(
		"Employee", filters={"name": ["in", list(names)]}, fields=["name", "company", "department"], limit=0
	)
	return {row.name: row for row in rows}
