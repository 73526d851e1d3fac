"""Which field of a learner comes from which field in HR: the table in LMS Settings, read and applied."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import frappe
from frappe.utils import add_years, cint, getdate

FIXED = "Fixed value"
SOURCES = ("Employee", "Address", "Company", "User")
FOLLOWED = {"Department": "department", "Branch": "branch", "Cost Center": "payroll_cost_center"}
SHORT = 140
"""Characters that a Data field holds."""


class FieldMap:
	"""The mapping as it is set now."""

	def __init__(self) -> None:
		settings = frappe.get_cached_doc("LMS Settings")
		meta = frappe.get_meta("LMS Learner")
		self.rows: list[tuple[str, str, str, str]] = []
		for row in settings.field_map:
			target = meta.get_field(row.learner_field)
			if target and (row.source == FIXED or _column(row.source, row.source_field)):
				self.rows.append((row.learner_field, row.source, row.source_field or "", target.fieldtype))
		# a date may be so many years after the registration date, which therefore comes first
		self.rows.sort(key=lambda row: row[1] == FIXED)
		followed = settings.groups_follow
		column = FOLLOWED.get(followed or "")
		self.group_doctype = followed if column and _column("Employee", column) else None
		self.group_field = column if self.group_doctype else None

	@property
	def learner_fields(self) -> list[str]:
		"""The learner's fields that HR owns."""
		return [row[0] for row in self.rows]

	def columns(self, source: str) -> list[str]:
		"""The columns that are needed of a DocType."""
		columns = {field for _target, origin, field, _type in self.rows if origin == source}
		if source == "Employee" and self._needs_address_text:
			columns.add("current_address")
		return sorted(columns)

	def values(self, records: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
		"""The learner's fields for one person. Args: the person's record of each DocType; {} where there is none."""
		found: dict[str, Any] = {}
		for target, source, field, kind in self.rows:
			if source == FIXED:
				value = _fixed(field, kind, found.get("registration_date"))
			else:
				value = records[source].get(field)
				if not records[source] and source == "Address":
					value = self._without_address(field, records)
			found[target] = _fit(value, kind)
		return found

	@property
	def _needs_address_text(self) -> bool:
		return any(row[1:3] == ("Address", "address_line1") for row in self.rows) and _column(
			"Employee", "current_address"
		)

	@staticmethod
	def _without_address(field: str, records: Mapping[str, Mapping[str, Any]]) -> Any:
		"""HR often has no Address record: the text on the Employee and the company's country stand in."""
		if field == "country":
			return records["Company"].get("country")
		return records["Employee"].get("current_address") if field == "address_line1" else None


def _column(doctype: str, name: str | None) -> bool:
	if not name or not frappe.db.table_exists(doctype, cached=True):
		return False
	return frappe.get_meta(doctype).has_field(name) or name == "name"


def _fixed(value: str, kind: str, registered: Any) -> Any:
	if kind == "Date":
		number, _space, unit = value.partition(" ")
		if unit.startswith("year") and number.isdigit():
			return getdate(add_years(registered, int(number))) if registered else None
		return getdate(value) if value else None
	return cint(value) if kind in ("Check", "Int") else value


def _fit(value: Any, kind: str) -> Any:
	if value in (None, ""):
		return None
	if kind == "Date":
		return value if isinstance(value, date) else getdate(value)
	if kind in ("Check", "Int"):
		return cint(value)
	return str(value)[:SHORT] if kind == "Data" else str(value)
