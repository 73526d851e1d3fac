"""SQL as text, for the one place that Frappe leaves no other way; and a sum that needs none."""

from pypika import terms

import frappe


def quoted(value: str) -> str:
	"""A text as it stands in SQL: for Frappe's query conditions, which are texts themselves, and for nothing else."""
	return frappe.db.escape(
		value
	)  # sql: the hook's answer is put into Frappe's statement, which takes no parameters


def total(term: terms.Term) -> terms.Function:
	"""The sum over a term. Its values are bound, which those inside the query builder's own aggregates are not."""
	return terms.Function("SUM", term)
