"""A checksum of everything that decides whether people are as HR says, to see that nothing has changed since."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace

import frappe

from smooth_lms import __version__
from smooth_lms.learners.field_map import FieldMap
from smooth_lms.learners.sync.facts import EMPLOYEE, LEARNER, OURS
from smooth_lms.learners.sync.model import Policy

STAMPED = ("Employee", "LMS Learner", "User")


def latest() -> list[str]:
	"""When somebody was last modified, in each of the large tables: cheap to ask, and nearly always the answer."""
	# sql: the names are those of STAMPED
	return [str(frappe.db.sql(f"select max(modified) from `tab{doctype}`")[0][0]) for doctype in STAMPED]


def checksum(policy: Policy, mapping: FieldMap) -> str:
	"""A checksum of the settings and of all rows that `settled.unsettled` reads; changes behind `modified` show too.

	Every table is read through once and joined to none, which takes a quarter of the time of comparing them. Of a row
	32 bits are kept: one silent change in four billion is overlooked, until the day changes, which is part of it.
	"""
	roles = sorted({role for roles in policy.profiles.values() for role in roles}) or [""]
	parts = [
		_rows(
			"Employee",
			{*EMPLOYEE, *OURS, "company", *mapping.columns("Employee"), mapping.group_field or "name"},
		),
		_rows("LMS Learner", {*LEARNER, "work_email", "country", *mapping.learner_fields}),
		_rows("User", {"name", "enabled", "user_type", *mapping.columns("User")}),
		_rows("LMS Learner Group", {"parent", "group"}, parenttype="LMS Learner", from_hr=1),
		_rows("LMS Group", {"name", "follows", "followed_record"}),
		_rows("Has Role", {"parent", "role"}, parenttype="User", role=tuple(roles)),
		_rows("Company", {"name", "country", *mapping.columns("Company")}),
	]
	if columns := mapping.columns("Address"):
		linked = {"parenttype": "Address", "link_doctype": "Employee"}
		parts.append(_rows("Dynamic Link", {"parent", "link_name"}, **linked))
		parts.append(_rows("Address", {"name", "disabled", *columns}))
	profiles = sorted((name, sorted(roles)) for name, roles in policy.profiles.items())
	settings = (
		__version__,
		repr(replace(policy, profiles={})),
		profiles,
		mapping.rows,
		mapping.group_doctype,
	)
	return hashlib.sha256(repr((settings, parts)).encode()).hexdigest()


def _rows(doctype: str, columns: Iterable[str], **where: object) -> tuple:
	# names of tables and columns come from our code and the DocTypes, never from users; a column's place tells
	# which one it is, so nothing may be left out where it is empty
	texts = ", ".join(f"ifnull(`{column}`, '')" for column in sorted(columns))
	conditions = " and ".join(
		f"`{column}` {'in' if isinstance(value, tuple) else '='} %({column})s"
		for column, value in where.items()
	)
	return frappe.db.sql(  # sql: columns come from our code and the DocTypes, values are parameters
		f"select count(*), sum(crc32(concat_ws('\x1f', {texts}))) from `tab{doctype}`"
		+ (f" where {conditions}" if conditions else ""),
		where,
	)[0]
