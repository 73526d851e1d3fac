"""Cohorts that somebody finds by words: those that they may open, and no others."""

from collections.abc import Sequence

from pypika import Criterion, Table

import frappe

from smooth_lms.base import fulltext
from smooth_lms.cohorts import cards, catalog


def cohorts(words: Sequence[str], user: str, limit: int) -> tuple[list[dict], bool]:
	"""The cohorts that `user` may see, by words: see `fulltext.find`. Returns cards, see `cards.card`."""

	def select(table: Table, found: Criterion):
		query = frappe.qb.from_(table).select(table.name, table.title)
		return query.where(found & table.name.isin(catalog.names_seen(user)))

	rows, exact = fulltext.find("LMS Batch", words, select, limit)
	found = {row.name: row for row in catalog.rows_named([row.name for row in rows], user)}
	shown = cards.many([found[row.name] for row in rows if row.name in found], cards.Reader.of(user))
	return shown, exact
