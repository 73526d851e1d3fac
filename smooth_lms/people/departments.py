"""The tree of departments."""

from collections.abc import Iterable, Sequence

import frappe

from smooth_lms.people.employees import has_hr


def departments_below(departments: Iterable[str]) -> set[str]:
	"""The departments and all those below them."""
	wanted = list(departments)
	return {*wanted, *_departments(wanted, below=True)}


def departments_above(departments: Iterable[str]) -> set[str]:
	"""The departments and all those above them."""
	wanted = list(departments)
	return {*wanted, *_departments(wanted, below=False)}


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
