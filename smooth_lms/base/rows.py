"""Writing past `Document.save`, with what it would have done: names, stamps, history, and texts that are cleaned.

Every write of the app that is no save of a document comes through here (`./smooth lint` looks for others): many rows
at once, one row that may be there already, single columns. What happens to texts is decided in `base.texts`.
"""

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from types import NoneType
from typing import Any

import frappe
from frappe.model import log_types
from frappe.model.document import Document
from frappe.model.naming import is_autoincremented
from frappe.utils import now

from smooth_lms.base import texts

STAMPS = ("name", "creation", "modified", "owner", "modified_by", "docstatus", "idx")
ROWS_A_STATEMENT = 5_000
SEPARATOR = "\x1f"
MEDDLED_WITH = re.compile(r"(ifnull)\(", re.IGNORECASE)
"""What Frappe replaces in every statement, texts included. A backslash before the bracket changes nothing but that."""

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
	        doctype: the DocType; without `names` its naming must be "Random" (hash), or it is a log of Frappe's.
	        fields: the columns that `rows` fill, without the standard ones; of these only `idx`.
	        rows: values in the order of `fields`.
	        names: the names of the rows, in their order; random by default.
	        skip_duplicates: leave out rows that a unique index already has, instead of failing.

	Returns for each row its name, or None where it was left out.
	"""
	stamp, user = now(), frappe.session.user
	values = list(rows)
	names = names if names is not None else _new_names(doctype, len(values))
	stamps = STAMPS[:-1] if "idx" in fields else STAMPS
	common = (stamp, stamp, user, user, 0, 0)[: len(stamps) - 1]
	pending = [(name, *common, *row) for name, row in zip(names, values, strict=True)]
	done: list[str | None] = []
	for start in range(0, len(pending), ROWS_A_STATEMENT):
		part = pending[start : start + ROWS_A_STATEMENT]
		part_names = [row[0] for row in part]
		if _insert(doctype, [*stamps, *fields], part, skip_duplicates) < len(part):
			written = set(
				frappe.get_all(doctype, filters={"name": ["in", part_names]}, pluck="name", limit=0)
			)
			part_names = [name if name in written else None for name in part_names]
		done += part_names
	return done


def _new_names(doctype: str, number: int) -> list[str | int]:
	if number and doctype in log_types and is_autoincremented(doctype):
		# older sites number them: one query takes all numbers from the sequence that Frappe itself uses
		sequence = frappe.scrub(f"{doctype}_id_seq")
		# sql: a name of ours and a number
		return [row[0] for row in frappe.db.sql(f"select nextval(`{sequence}`) from seq_1_to_{int(number)}")]
	# in order, so that the table grows at few places
	return sorted(frappe.generate_hash(length=10) for _ in range(number))


def _insert(doctype: str, fields: Sequence[str], rows: Sequence[tuple], skip_duplicates: bool) -> int:
	# frappe.db.bulk_insert renders each value through the query builder, which takes many times as long as the
	# database needs. Names of tables and columns come from our DocTypes, never from users.
	columns = ", ".join(f"`{field}`" for field in fields)
	statement = f"insert {'ignore ' if skip_duplicates else ''}into `tab{doctype}` ({columns}) values "
	by_column = zip(fields, zip(*rows, strict=True), strict=True)
	run_with_rows(statement, [texts.column(doctype, field, values) for field, values in by_column])
	return frappe.db.sql("select row_count()")[0][0]


def run_with_rows(begin: str, columns: Sequence[Sequence[Any]], end: str = "") -> None:
	"""Run a statement that holds a table of values: `begin (…), (…), … end`.

	Args: columns, the values column by column.
	"""
	rows = "), (".join(map(", ".join, zip(*map(_texts, columns), strict=True)))
	frappe.db.sql(f"{begin}({rows}){end}")  # sql: each value as the driver writes it, see `_text_of`


def _texts(values: Sequence[Any]) -> list[str]:
	"""Values as they stand in a statement.

	The driver takes five calls for each value. Columns have few types, and often few different values.
	"""
	distinct = set(values)
	if len(distinct) == 1:
		return [_text_of(values[0])] * len(values)
	kinds = set(map(type, distinct))
	if kinds == {int}:
		return list(map(str, values))
	if kinds <= {str, NoneType}:
		# escaping does not touch the separator, so one call does for all
		escaped = _escaped(SEPARATOR.join(value or "" for value in values)).split(SEPARATOR)
		if len(escaped) == len(values):
			return [
				"null" if value is None else f"'{text}'" for value, text in zip(values, escaped, strict=True)
			]
	known = {value: _text_of(value) for value in distinct}
	return [known[value] for value in values]


def _text_of(value: Any) -> str:
	if value is None:
		return "null"
	if isinstance(value, int | float):
		return str(int(value) if isinstance(value, bool) else value)
	if isinstance(value, str | date | Decimal):
		return f"'{_escaped(str(value))}'"
	raise TypeError(f"{type(value).__name__} cannot be written in bulk")


def _escaped(text: str) -> str:
	"""The inside of a text in quotes."""
	# sql: what the driver itself does with each parameter, for many at once
	escaped = frappe.db.escape(text, percent=False)[1:-1]
	# a quick look first; without the `i`, which has relatives in other alphabets
	return MEDDLED_WITH.sub(r"\1\\(", escaped) if "fnull(" in escaped.casefold() else escaped


def select_rows(
	doctype: str,
	fields: Sequence[str],
	among: Mapping[str, Iterable[Any]] | None = None,
	where: Mapping[str, Any] | None = None,
	*,
	lock: bool = False,
	order: str = "",
	as_text: Collection[str] = (),
) -> Sequence[tuple]:
	"""Read columns of the rows that have one of very many values; permissions do not count.

	Args:
	        doctype: the DocType.
	        fields: the columns, which are names of our code and never of users.
	        among: for each column the values to look for; a row that has one of any column's is found. None for all.
	        where: what all rows must have besides, by column.
	        lock: hold the rows until the transaction ends, and read what others have committed meanwhile.
	        order: what to order by, as SQL of our code.
	        as_text: fields whose values are not made into dates, which takes as long as all the rest.
	"""
	conditions = []
	if among is not None:
		wanted = {column: list(each) for column, each in among.items()}
		wanted = {column: each for column, each in wanted.items() if each}
		if not wanted:
			return ()
		conditions.append(f"({' or '.join(_is_among(*each) for each in wanted.items())})")
	for column, value in (where or {}).items():
		several = isinstance(value, tuple)
		conditions.append(_is_among(column, value) if several else f"`{column}` = {_text_of(value)}")
	# the query builder renders value by value, and so does the driver
	columns = ", ".join(f"cast(`{field}` as char)" if field in as_text else f"`{field}`" for field in fields)
	condition = f" where {' and '.join(conditions)}" if conditions else ""
	ordered = f" order by {order}" if order else ""
	locked = " for update" if lock else ""
	# sql: names are those of our code, values are as the driver writes them
	return frappe.db.sql(f"select {columns} from `tab{doctype}`{condition}{ordered}{locked}")


def _is_among(column: str, values: Sequence[Any]) -> str:
	return f"`{column}` in ({', '.join(_texts(values))})" if values else "false"


def upsert(
	doctype: str,
	values: Mapping[str, Any],
	*,
	merged: Mapping[str, str] | None = None,
	fixed: Collection[str] = (),
) -> None:
	"""Insert a row with a random name, or bring the one that a unique index has for it up to date.

	Args:
	        doctype: the DocType.
	        values: the row by column, without the standard ones.
	        merged: how a column is brought up to date where its value is not simply replaced, as SQL of our code:
	                `values(x)` is what is given, `x` what stands there.
	        fixed: columns of a row that was there which stay as they are.
	"""
	stamp, user = now(), frappe.session.user
	row = {
		"name": frappe.generate_hash(length=10),
		**dict.fromkeys(("creation", "modified"), stamp),
		**dict.fromkeys(("owner", "modified_by"), user),
		**texts.cleaned(doctype, values),
	}
	stays = {"name", "creation", "owner", *fixed}
	changes = {column: f"values(`{column}`)" for column in row if column not in stays} | dict(merged or {})
	columns, places = ", ".join(f"`{column}`" for column in row), ", ".join(["%s"] * len(row))
	assignments = ", ".join(f"`{column}` = {value}" for column, value in changes.items())
	frappe.db.sql(  # sql: columns and `merged` are texts of our code, values are parameters
		f"insert into `tab{doctype}` ({columns}) values ({places}) on duplicate key update {assignments}",
		list(row.values()),
	)


def set_value(
	doctype: str,
	which: str | Mapping[str, Any],
	field: str | Mapping[str, Any],
	value: Any = None,
	*,
	update_modified: bool = True,
) -> None:
	"""As `frappe.db.set_value`, with texts as a save would have stored them.

	Args:
	        doctype: the DocType.
	        which: the name of a document, or filters for many.
	        field: the column, or several with their values.
	        value: the value of the one column.
	        update_modified: whether `modified` tells of it.
	"""
	values = {field: value} if isinstance(field, str) else field
	new = texts.cleaned(doctype, values)
	frappe.db.set_value(doctype, which, new, update_modified=update_modified)  # sql: texts are cleaned


def set_single(doctype: str, values: Mapping[str, Any], *, update_modified: bool = True) -> None:
	"""As `frappe.db.set_single_value` for several fields, with texts as a save would have stored them."""
	new = texts.cleaned(doctype, values)
	frappe.db.set_single_value(doctype, new, update_modified=update_modified)  # sql: texts are cleaned


def set_on(doc: Document, values: Mapping[str, Any], *, update_modified: bool = True) -> None:
	"""As `doc.db_set`, with texts as a save would have stored them."""
	new = texts.cleaned(doc.doctype, values)
	doc.db_set(new, update_modified=update_modified)  # sql: texts are cleaned


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
			new = texts.column(doctype, field, [values[name][field] for name in part])
			text, arguments = _by_name(dict(zip(part, new, strict=True)))
			assignments.append(f"`{field}` = {text}")
			given += arguments
		# sql: as in `_insert`, the driver fills in values, the names are those of our code
		frappe.db.sql(
			f"update `tab{doctype}` set {', '.join(assignments)} where `name` in %s", [*given, tuple(part)]
		)


def record_changes(doctype: str, changes: Mapping[str, Sequence[Change]]) -> None:
	"""Write one Version for each document that a set-based update changed, as `track_changes` would have."""
	rows = [(doctype, name, _history(fields)) for name, fields in changes.items()]
	if any("<" in data or ">" in data for _doctype, _name, data in rows):
		rows = [(doctype, name, _history(_stored(doctype, fields))) for name, fields in changes.items()]
	insert_rows("Version", ("ref_doctype", "docname", "data"), rows)


def _history(fields: Sequence[Change]) -> str:
	changed = [[field, _text(before), _text(after)] for field, before, after in fields]
	return json.dumps({"added": [], "changed": changed, "removed": []})


def _stored(doctype: str, fields: Sequence[Change]) -> list[Change]:
	return [(field, *texts.column(doctype, field, pair)) for field, *pair in fields]


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
