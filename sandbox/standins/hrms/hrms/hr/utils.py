"""What several HR documents share."""

import itertools
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import add_days, flt, formatdate, get_datetime, get_link_to_form, getdate

from erpnext.setup.doctype.employee.employee import InactiveEmployeeStatusError

# Fields of Employee whose changes are kept as history, with the label a change names them by.
HISTORY_FIELDS = ("branch", "department", "designation")


def set_employee_name(doc: Document) -> None:
	if doc.employee and not doc.employee_name:
		doc.employee_name = frappe.db.get_value("Employee", doc.employee, "employee_name")


def validate_active_employee(employee: str | dict | Document, method: str | None = None) -> None:
	"""Refuses documents about somebody who is Inactive; Left and Suspended are allowed."""
	if isinstance(employee, dict | Document):
		employee = employee.get("employee")
	if employee and frappe.db.get_value("Employee", employee, "status") == "Inactive":
		frappe.throw(
			_("Transactions cannot be created for an Inactive Employee {0}.").format(
				get_link_to_form("Employee", employee)
			),
			InactiveEmployeeStatusError,
		)


def update_employee_work_history(
	employee: Document, details: list[Document], date: Any = None, cancel: bool = False
) -> Document:
	"""Writes the changes to the unsaved employee and keeps the internal work history.

	With `cancel` the old values come back and the history row of the change goes.
	"""
	if not details:
		return employee

	if not employee.internal_work_history and not cancel:
		employee.append(
			"internal_work_history",
			{field: employee.get(field) for field in HISTORY_FIELDS}
			| {"from_date": employee.date_of_joining},
		)

	changed = {}
	for detail in details:
		field = frappe.get_meta("Employee").get_field(detail.fieldname)
		if not field:
			continue
		value = detail.current if cancel else detail.new
		employee.set(detail.fieldname, cast_value(value, field.fieldtype))
		if detail.fieldname in HISTORY_FIELDS:
			changed[detail.fieldname] = detail.new

	if changed and not cancel:
		employee.append("internal_work_history", changed | {"from_date": date})
	if cancel:
		remove_history(employee, changed, date)
	close_previous_rows(employee, reopen_last=cancel)
	return employee


def cast_value(value: str | None, fieldtype: str) -> Any:
	"""The values of a change are text; fields of Employee want their own type."""
	if not value:
		return None
	if fieldtype == "Date":
		return getdate(value)
	if fieldtype == "Datetime":
		return get_datetime(value)
	if fieldtype in ("Currency", "Float"):
		return flt(value)
	return value


def remove_history(employee: Document, changed: dict, date: Any) -> None:
	if not changed:
		return
	for row in list(employee.internal_work_history):
		same_day = not date or getdate(row.from_date) == getdate(date)
		if same_day and all(row.get(field) == value for field, value in changed.items()):
			employee.remove(row)


def close_previous_rows(employee: Document, reopen_last: bool) -> None:
	rows = employee.internal_work_history
	for previous, row in itertools.pairwise(rows):
		if row.from_date and not previous.to_date:
			previous.to_date = add_days(row.from_date, -1)
	if reopen_last and rows:
		rows[-1].to_date = None


@frappe.whitelist()
def get_employee_field_property(employee: str, fieldname: str) -> dict | None:
	"""Current value of a field, for the table of changes in the form."""
	field = frappe.get_meta("Employee").get_field(fieldname) if employee and fieldname else None
	if not field:
		return None
	doc = frappe.get_doc("Employee", employee)
	doc.check_permission()
	value = doc.get(fieldname)
	return {
		"value": formatdate(value) if field.fieldtype == "Date" else value,
		"datatype": field.fieldtype,
		"label": field.label,
		"options": field.options,
	}
