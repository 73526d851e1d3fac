"""People whom somebody finds by words: those whose page they may open, and no others."""

from collections.abc import Sequence
from typing import Any

from pypika import Criterion, Table

import frappe

from smooth_lms import permissions
from smooth_lms.base import fulltext
from smooth_lms.people import managers

LEARNER = "LMS Learner"


def learners(words: Sequence[str], limit: int) -> tuple[list[dict[str, Any]], bool]:
	"""The learners whom the session's user sees, by words: see `fulltext.find`. For who sees People.

	Returns rows with name (the User), full_name and department.
	"""

	def select(table: Table, found: Criterion):
		query = frappe.qb.from_(table).select(table.name, table.full_name, table.department)
		return query.where(permissions.rows_seen(LEARNER) & found)

	return fulltext.find(LEARNER, words, select, limit)


def team(manager: str, words: Sequence[str], limit: int) -> tuple[list[dict[str, Any]], bool]:
	"""The people who report to `manager`, those further down as well, by words: rows as `learners`."""
	people = sorted(managers.team_of(manager, whole_tree=True))

	def select(table: Table, found: Criterion):
		query = frappe.qb.from_(table).select(table.name, table.full_name, table.department)
		return query.where(table.name.isin(people or [""]) & found)

	return fulltext.find(LEARNER, words, select, limit)
