"""Copies of a record that Frappe has inserted: all the rows it wrote, under another name.

To insert an account takes sixty statements and empties caches; tests make thousands that differ by their names. The
first of a kind is inserted as Frappe does it, and what it wrote is remembered; for the others the same rows are written
with their own names in them.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import frappe
from frappe.utils import now

from benchmarks.measure import Statements

INSERTED = re.compile(r"(?:insert|replace)(?:\s+ignore)?\s+into\s+`tab([^`]+)`")
HASH = re.compile(r"^[0-9a-z]{10,}$")


@dataclass
class Original:
	"""The rows that one insert wrote, by DocType."""

	doctype: str
	name: str
	rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

	@classmethod
	def of(cls, insert: Callable[[], Any]) -> "Original":
		"""What `insert` writes, which returns the document."""
		with Statements() as sent:
			doc = insert()
		found = cls(doc.doctype, doc.name)
		for doctype in dict.fromkeys(match for text in sent.texts for match in INSERTED.findall(text)):
			meant = next(each for each in frappe.db.get_tables() if each.lower() == f"tab{doctype}")
			found.rows[meant] = rows_about(meant, doc.name)
		return found

	def copy(self, name: str, values: Mapping[str, Any]) -> None:
		"""Write the rows again. Args: name, of the copy; values, of its own fields which are not the original's."""
		stamp = now()
		for table, rows in self.rows.items():
			for row in rows:
				new = {column: name if value == self.name else value for column, value in row.items()}
				new |= {
					"creation": stamp,
					"modified": stamp,
					**(values if table == f"tab{self.doctype}" else {}),
				}
				if isinstance(row["name"], int):
					new["name"] = frappe.db.get_next_sequence_val(table.removeprefix("tab"))
				elif HASH.match(row["name"]):
					new["name"] = frappe.generate_hash(length=len(row["name"]))
				_insert(table, new)


def rows_about(table: str, name: str) -> list[dict[str, Any]]:
	"""The rows of a table that name a record in any column, but for who wrote them."""
	columns = frappe.db.get_table_columns_description(table)
	texts = [each["name"] for each in columns if "char" in each["type"]]
	about = " or ".join(f"`{each}` = %(name)s" for each in texts if each not in ("owner", "modified_by"))
	return frappe.db.sql(f"select * from `{table}` where {about}", {"name": name}, as_dict=True)


def _insert(table: str, row: Mapping[str, Any]) -> None:
	columns, places = ", ".join(f"`{each}`" for each in row), ", ".join(["%s"] * len(row))
	frappe.db.sql(f"insert into `{table}` ({columns}) values ({places})", tuple(row.values()))
