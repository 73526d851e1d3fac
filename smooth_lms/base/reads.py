"""Reading columns of our own tables for pages: one statement, and no look at what a DocType is made of.

Frappe's readers are made for names that come with a request: they parse each field, and fetch the description of the
DocType from the cache, which takes several times as long as the statement. Here names are those of our code. Nobody's
permissions are asked: what somebody may see has been decided before.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import frappe

SEVERAL = (tuple, list, set, frozenset)


def read_rows(
	doctype: str,
	fields: Iterable[str],
	where: Mapping[str, Any],
	*,
	up_to: Mapping[str, Any] | None = None,
	order: str = "",
	limit: int = 0,
	lock: bool = False,
) -> list[frappe._dict]:
	"""Rows with these columns.

	Args:
	        doctype: the DocType.
	        fields: the columns, as names of our code.
	        where: what all rows have, by column; several values for any of them, None for none.
	        up_to: by column the last day or moment that it may hold. A row without one is none of these, while Frappe's
	                filters `<` and `<=` take it for the oldest of all.
	        order: what to order by, as SQL of our code.
	        limit: how many at most; 0 for all.
	        lock: hold the rows until the transaction ends, and read what others have committed meanwhile.
	"""
	conditions, values = _conditions(where, up_to or {})
	columns = ", ".join(f"`{field}`" for field in fields)
	statement = f"select {columns} from `tab{doctype}` where {conditions}"
	statement += f" order by {order}" if order else ""
	statement += f" limit {int(limit)}" if limit else ""
	statement += " for update" if lock else ""
	return frappe.db.sql(statement, values, as_dict=True)  # sql: names of our code, values are parameters


def read_row(
	doctype: str,
	fields: Iterable[str],
	where: Mapping[str, Any],
	*,
	order: str = "",
	lock: bool = False,
) -> frappe._dict | None:
	"""The first of `read_rows`; None where there is none."""
	found = read_rows(doctype, fields, where, order=order, limit=1, lock=lock)
	return found[0] if found else None


def read_value(doctype: str, field: str, where: Mapping[str, Any]) -> Any:
	"""One column of the first row that matches; None where there is none."""
	found = read_row(doctype, (field,), where)
	return found[field] if found else None


def _conditions(where: Mapping[str, Any], up_to: Mapping[str, Any]) -> tuple[str, list[Any]]:
	conditions, values = [f"`{column}` <= %s" for column in up_to], list(up_to.values())
	for column, value in where.items():
		if value is None:
			conditions.append(f"`{column}` is null")
		elif isinstance(value, SEVERAL):
			conditions.append(f"`{column}` in %s" if value else "false")
			values += [tuple(value)] if value else []
		else:
			conditions.append(f"`{column}` = %s")
			values.append(value)
	return " and ".join(conditions), values
