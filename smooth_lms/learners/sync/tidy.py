"""What renames and deletions in HR leave behind when none of our handlers heard of them. Writes nothing if all is well."""

from collections.abc import Collection

import frappe

from smooth_lms.base.rows import set_value
from smooth_lms.learners import accounts
from smooth_lms.learners.sync.model import ACTIVE, PENDING
from smooth_lms.people.presence import ARCHIVED

GROUP = "LMS Group"


def learners() -> None:
	"""Name learners after their account again. Frappe keeps the link to a renamed User, not our record's name."""
	learner, user = frappe.qb.DocType("LMS Learner"), frappe.qb.DocType("User")
	rows = (
		frappe.qb.from_(learner)
		.join(user)
		.on(user.name == learner.user)
		.select(learner.name, learner.user)
		.where(learner.name != learner.user)
	).run()
	for old, new in rows:
		accounts.renamed(old, new)


def groups() -> None:
	"""Take away groups of departments and the like that are gone and hold nobody any more.

	One that something else refers to, a requirement's audience for example, is only disabled.
	"""
	group, row = frappe.qb.DocType(GROUP), frappe.qb.DocType("LMS Learner Group")
	empty = (
		frappe.qb.from_(group)
		.left_join(row)
		.on(row.group == group.name)
		.select(group.name, group.follows, group.followed_record)
		.where((group.source == "HR") & (group.disabled == 0) & row.name.isnull())
	).run()
	by_doctype: dict[str, dict[str, str]] = {}
	for name, doctype, record in empty:
		by_doctype.setdefault(doctype, {})[record] = name
	for doctype, names in by_doctype.items():
		there = _existing(doctype, list(names))
		for record in sorted(set(names) - there):
			_remove(names[record])


def _existing(doctype: str, records: list[str]) -> set[str]:
	if not doctype or not frappe.db.table_exists(doctype, cached=True):
		return set()
	return set(frappe.get_all(doctype, filters={"name": ["in", records]}, pluck="name", limit=0))


def _remove(name: str) -> None:
	try:
		frappe.delete_doc(GROUP, name, ignore_permissions=True)
	except frappe.LinkExistsError:
		frappe.clear_last_message()
		set_value(GROUP, name, "disabled", 1)


def records(employees: Collection[str] | None = None) -> None:
	"""Take an old standing off records that speak for no learner any more: of people who were transferred or rehired.

	Args: employees, the Employee records to look at; None for all.
	"""
	person, learner = frappe.qb.DocType("Employee"), frappe.qb.DocType("LMS Learner")
	query = (
		frappe.qb.from_(person)
		.left_join(learner)
		.on(learner.employee == person.name)
		.select(person.name)
		.where(person.lms_status.isin([ACTIVE, PENDING]) & learner.name.isnull())
	)
	if employees is not None:
		query = query.where(person.name.isin(list(employees) or [""]))
	names = query.run(pluck=True)
	if names:
		set_value("Employee", {"name": ["in", names]}, "lms_status", ARCHIVED, update_modified=False)
