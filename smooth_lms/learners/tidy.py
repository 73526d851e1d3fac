"""What renames and deletions in HR leave behind when none of our handlers heard of them. Writes nothing if all is well."""

import frappe

from smooth_lms.learners import accounts

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
		frappe.db.set_value(GROUP, name, "disabled", 1)
