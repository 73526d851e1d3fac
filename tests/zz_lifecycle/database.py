"""A whole database as it can be compared: every table's definition and rows."""

import re
from collections import Counter
from typing import Any

import frappe

IGNORED = {
	# what Frappe writes by itself, whatever app is there
	"tabAccess Log": "who looked at what",
	"tabActivity Log": "who signed in",
	"tabError Log": "the site's own diary; Frappe clears it after 30 days",
	"tabInstalled Application": "written anew at each change of an app, with other names",
	"tabRoute History": "where people have been",
	"tabScheduled Job Log": "the diary of the scheduler",
	"tabScheduled Job Type": "compared by what it calls, below: when it last ran differs",
	"tabSessions": "who is signed in",
	"tabTag": "words of the site, for records of any app; what they hang on is compared",
}
"""Tables that may differ between two looks at a site, and why."""
VOLATILE = {
	"tabDefaultValue": ("name", "creation"),  # Frappe writes them anew at each save
	"tabUser Social Login": ("owner",),  # filled in by the next save of the User
}
"""Columns that differ although nothing has changed, besides the stamps."""
STAMPS = ("modified", "modified_by")
HISTORY = ("Employee", "Installed Applications", "User")
"""Records of others whose versions tell what happened to them, also by the app."""


def snapshot() -> dict[str, Any]:
	"""The database: for each table its definition and how often each row is there."""
	frappe.db.rollback()
	tables = {}
	names = frappe.db.sql(
		"""select table_name from information_schema.tables
		where table_schema = database() and table_type = 'BASE TABLE'""",
		pluck=True,
	)
	for table in names:
		if table in IGNORED:
			continue
		definition = frappe.db.sql(f"show create table `{table}`")[0][1]
		definition = re.sub(r" AUTO_INCREMENT=\d+", "", definition)
		rows = frappe.db.sql(f"select * from `{table}`", as_dict=True)
		dropped = (*STAMPS, *VOLATILE.get(table, ()))
		tables[table] = (
			definition,
			Counter(
				tuple((key, str(value)) for key, value in row.items() if key not in dropped) for row in rows
			),
		)
	jobs = frappe.get_all(
		"Scheduled Job Type", fields=["name", "method", "frequency", "cron_format"], limit=0
	)
	tables["scheduled jobs"] = ("", Counter(tuple(row.items()) for row in jobs))
	return tables


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
	"""What differs between two snapshots, a line for each row."""
	found = [f"table {name} is gone" for name in before.keys() - after.keys()]
	found += [f"table {name} is new" for name in after.keys() - before.keys()]
	for name in sorted(before.keys() & after.keys()):
		if before[name][0] != after[name][0]:
			found.append(f"{name} is defined otherwise: {after[name][0]}")
		for sign, rows in (
			("-", before[name][1] - after[name][1]),
			("+", after[name][1] - before[name][1]),
		):
			found += [f"{sign} {name}: {_shown(row)}" for row in rows if not _is_expected(name, row)]
	return found


def _is_expected(table: str, row: tuple) -> bool:
	values = dict(row)
	if table == "tabVersion":
		return values["ref_doctype"] in HISTORY
	return table == "tabSingles" and values["field"] in STAMPS


def _shown(row: tuple) -> str:
	return str({key: value[:80] for key, value in row if value not in ("None", "", "0")})[:600]
