"""SQL as text, for the one place that Frappe leaves no other way; and a sum that needs none."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pypika import Case, Criterion, Table, terms

import frappe
from frappe.model.db_query import DatabaseQuery


@dataclass(frozen=True, slots=True)
class Condition:
	"""A condition as SQL of our code, and the values of the parameters that it names."""

	text: str
	values: Mapping[str, Any]


class Seen(Criterion):
	"""A condition that is SQL already, for use in a query."""

	def __init__(self, sql: str) -> None:
		super().__init__(None)
		self.sql = sql

	def get_sql(self, **_kwargs: object) -> str:
		"""The condition, to be put after `and`."""
		return f"({self.sql})"


def quoted(value: str) -> str:
	"""A text as it stands in SQL: for Frappe's query conditions, which are texts themselves, and for nothing else."""
	return frappe.db.escape(
		value
	)  # sql: the hook's answer is put into Frappe's statement, which takes no parameters


def literal(value: str) -> str:
	"""As `quoted`, the same whether the statement that it is put into has parameters of its own or none."""
	# a % would be doubled for statements with parameters only
	return f"_utf8mb4 x'{value.encode().hex()}'" if "%" in value else quoted(value)


def containing(word: str) -> str:
	"""The pattern of LIKE for texts in which a word stands, whatever characters it is made of."""
	escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
	return f"%{escaped}%"


def total(term: terms.Term) -> terms.Function:
	"""The sum over a term. Its values are bound, which those inside the query builder's own aggregates are not."""
	return terms.Function("SUM", term)


def counts(table: Table, wanted: Criterion, tabs: Mapping[str, Criterion]) -> dict[str, int]:
	"""How many rows each tab of a list has. One query. Args: wanted, what all of them must be."""
	sums = [total(Case().when(condition, 1).else_(0)) for condition in tabs.values()]
	(found,) = frappe.qb.from_(table).select(*sums).where(wanted).run()
	return {name: int(count or 0) for name, count in zip(tabs, found, strict=True)}


def list_condition(doctype: str, user: str | None = None) -> str:
	"""What lists of a DocType show somebody, as SQL; empty where they show everything.

	Frappe keeps apart what somebody without any right sees because it was shared with them: its own function for the
	condition says nothing then, which reads as everything.

	Args: user, the session's by default. Raises PermissionError for somebody who may not read the DocType at all.
	"""
	query = DatabaseQuery(doctype, user=user)
	found = [query.build_match_conditions(), *query.conditions]
	return " and ".join(f"({each})" for each in found if each)
