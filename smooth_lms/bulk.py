"""Writing many rows at once, with what Frappe would have written around each: names, stamps, history."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import frappe
from frappe.model.naming import is_autoincremented
from frappe.utils import now

STAMPS = ("name", "creation", "modified", "owner", "modified_by", "docstatus", "idx")
ROWS_A_STATEMENT = 5_000

Change = tuple[str, Any, Any]
"""Field, value before, value after."""


def insert_rows(
	doctype: str,
	fields: Sequence[str],
	rows: Iterable[Sequence[Any]],
	*,
	names: Sequence[str] | None = None,
	skip_duplicates: bool = False,
) -> list[str | None]:
	"""Insert rows of one DocType; hooks and validations do not run.

	Args:
	        doctype: the DocType; without `names` its naming must be "Random" (hash) or "Autoincrement".
	        fields: the columns that `rows` fill, without the standard ones.
	        rows: values in the order of `fields`.
	        names: the names of the rows, in their order; random by default.
	        skip_duplicates: leave out rows that a unique index already has, instead of failing.

	Returns for each row its name, or None where it was left out.
	"""
	stamp, user = now(), frappe.session.user
	values = list(rows)
	names = names if names is not None else _new_names(doctype, len(values))
	pending = [(name, stamp, stamp, user, user, 0, 0, *row) for name, row in zip(names, values, strict=True)]
	done: list[str | None] = []
	for start in range(0, len(pending), ROWS_A_STATEMENT):
		part = pending[start : start + ROWS_A_STATEMENT]
		part_names = [row[0] for row in part]
		if _insert(doctype, [*STAMPS, *fields], part, skip_duplicates) < len(part):
			written = set(
				frappe.get_all(doctype, filters={"name": ["in", part_names]}, pluck="name", limit=0)
			)
			part_names = [name if name in written else None for name in part_names]
		done += part_names
	return done


def _new_names(doctype: str, number: int) -> list[str | int]:
	if number and is_autoincremented(doctype):
		# older sites number their logs: one query takes all numbers from the sequence that Frappe itself uses
		sequence = frappe.scrub(f"{doctype}_id_seq")
		return [row[0] for row in frappe.db.sql(f"select nextval(`{sequence}`) from seq_1_to_{int(number)}")]
	# in order, so that the table grows at few places
	return sorted(frappe.generate_hash(length=10) for _ in range(number))


def _insert(doctype: str, fields: Sequence[str], rows: Sequence[tuple], skip_duplicates: bool) -> int:
	# frappe.db.bulk_insert renders each value through the query builder, which takes four times as long as the
	# database needs; here the driver fills the same placeholders. Names come from our DocTypes, never from users.
	columns = ", ".join(f"`{field}`" for field in fields)
	shared = _shared_texts(rows)
	varying = [index for index in range(len(fields)) if index not in shared]
	row_of_places = f"({', '.join(shared.get(index, '%s') for index in range(len(fields)))})"
	statement = (
		f"insert {'ignore ' if skip_duplicates else ''}into `tab{doctype}` ({columns})"
		f" values {', '.join([row_of_places] * len(rows))}"
	)
	frappe.db.sql(statement, tuple(row[index] for row in rows for index in varying))
	return frappe.db.sql("select row_count()")[0][0]


def _shared_texts(rows: Sequence[tuple]) -> dict[int, str]:
	"""By column, the escaped text of a value that all rows have: most of escaping is spent on such values."""
	found: dict[int, str] = {}
	for index, value in enumerate(rows[0] if len(rows) > 1 else ()):
		if value is None or type(value) in (str, int):
			if all(row[index] == value for row in rows):
				found[index] = "null" if value is None else _escaped(value)
	return found


def _escaped(value: str | int) -> str:
	return str(value) if isinstance(value, int) else frappe.db.escape(value)


def select_rows(
	doctype: str,
	fields: Sequence[str],
	among: Mapping[str, Iterable[Any]] | None = None,
	where: Mapping[str, Any] | None = None,
	*,
	lock: bool = False,
) -> Sequence[tuple]:
	"""Read columns of the rows that have one of very many values; permissions do not count.

	Args:
	        doctype: the DocType.
	        fields: the columns, which are names of our code and never of users.
	        among: for each column the values to look for; a row that has one of any column's is found. None for all.
	        where: what all rows must have besides, by column.
	        lock: hold the rows until the transaction ends, and read what others have committed meanwhile.
	"""
	conditions, values = [], []
	if among is not None:
		wanted = {column: tuple(each) for column, each in among.items()}
		wanted = {column: each for column, each in wanted.items() if each}
		if not wanted:
			return ()
		conditions.append("(" + " or ".join(f"`{column}` in %s" for column in wanted) + ")")
		values += wanted.values()
	for column, value in (where or {}).items():
		conditions.append(f"`{column}` {'in' if isinstance(value, tuple) else '='} %s")
		values.append(value)
	# the query builder renders value by value; the driver does it four times as fast
	columns = ", ".join(f"`{field}`" for field in fields)
	condition = f" where {' and '.join(conditions)}" if conditions else ""
	locked = " for update" if lock else ""
	return frappe.db.sql(f"select {columns} from `tab{doctype}`{condition}{locked}", values)


def update_rows(doctype: str, values: Mapping[str, Mapping[str, Any]], *, stamped: bool = True) -> None:
	"""Set fields of many documents, each to its own values, in one statement for each 1,000.

	Args:
	        doctype: the DocType.
	        values: for each document name the same fields with their new values.
	        stamped: whether `modified` tells of it; not for documents of others that may be open in a form.
	"""
	names = list(values)
	stamps = {"modified": now(), "modified_by": frappe.session.user} if stamped else {}
	for start in range(0, len(names), 1_000):
		part = names[start : start + 1_000]
		assignments, given = [f"`{field}` = %s" for field in stamps], list(stamps.values())
		for field in values[part[0]]:
			text, arguments = _by_name({name: values[name][field] for name in part})
			assignments.append(f"`{field}` = {text}")
			given += arguments
		# as in `_insert`: the driver fills in values, the names are those of our code
		frappe.db.sql(
			f"update `tab{doctype}` set {', '.join(assignments)} where `name` in %s", [*given, tuple(part)]
		)


def record_changes(doctype: str, changes: Mapping[str, Sequence[Change]]) -> None:
	"""Write one Version for each document that a set-based update changed, as `track_changes` would have."""
	insert_rows(
		"Version",
		("ref_doctype", "docname", "data"),
		(
			(
				doctype,
				name,
				json.dumps(
					{"added": [], "changed": [[f, _text(a), _text(b)] for f, a, b in fields], "removed": []}
				),
			)
			for name, fields in changes.items()
		),
	)


def forget_documents(doctype: str, names: Iterable[str]) -> None:
	"""Drop documents from Frappe's cache, now and once more when the transaction ends: one call for all of them."""
	keys = [frappe.get_document_cache_key(doctype, name) for name in names]
	if not keys:
		return

	def forget() -> None:
		frappe.cache().delete_value(keys)

	forget()
	frappe.db.after_commit.add(forget)
	frappe.db.after_rollback.add(forget)


def _by_name(values: Mapping[str, Any]) -> tuple[str, list[Any]]:
	"""The SQL of a value that depends on the row's name, with its arguments."""
	names: dict[Any, list[str]] = {}
	for name, value in values.items():
		names.setdefault(value, []).append(name)
	if len(names) == 1:
		return "%s", list(names)
	# the most common value is what all others get
	common = max(names, key=lambda value: len(names[value]))
	cases = [(tuple(some), value) for value, some in names.items() if value is not common]
	return (
		f"case{' when `name` in %s then %s' * len(cases)} else %s end",
		[*(each for case in cases for each in case), common],
	)


def _text(value: Any) -> Any:
	return value if value is None or isinstance(value, int | float) else str(value)
