"""Cells of files for spreadsheets: a text that a spreadsheet would take for a formula is made harmless.

A spreadsheet may split a file at another separator than it was written with, so that a formula inside a cell becomes a
cell of its own. Hence the apostrophe also behind separators within a text, and quotes around every cell.
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, TextIO

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

STARTS = "=+\\-@＝＋－＠"
"""What begins a formula, also in the wide forms that East Asian keyboards give."""
BEGINS = re.compile(rf"\s*[{STARTS}]|[\t\r]")
FOLLOWS = re.compile(rf"([;,|\t\r\n]\s*)(?=[{STARTS}])")
"""A separator with a formula behind it."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MARKED = re.compile(rf"(^|[;,|\t\r\n]\s*)'(?=\s*[{STARTS}]|[\t\r])")


def harmless(value: Any) -> Any:
	"""A value as a cell: an apostrophe stands before whatever a spreadsheet would take for a formula."""
	if value is None or isinstance(value, bool | int | float | datetime | date):
		return value
	if isinstance(value, Decimal):
		return float(value)
	if isinstance(value, time | timedelta):
		return str(value)
	text = ILLEGAL_CHARACTERS_RE.sub("", str(value))
	start = len(text) - len(text.removeprefix("'").lstrip())
	mark = "'" if BEGINS.match(text) else ""
	return mark + text[:start] + FOLLOWS.sub(r"\1'", text[start:])


def as_typed(text: str) -> str:
	"""A text of a file that was written here, as it was before it was made harmless."""
	return MARKED.sub(r"\1", text)


def write_rows(stream: TextIO, rows: Iterable[Sequence[Any]], delimiter: str = ",") -> None:
	"""Write rows as CSV: every cell harmless, and in quotes."""
	writer = csv.writer(stream, delimiter=delimiter, quoting=csv.QUOTE_ALL)
	writer.writerows([harmless(cell) for cell in row] for row in rows)


def write_workbook(sheets: Mapping[str, Iterable[Sequence[Any]]]) -> bytes:
	"""An Excel file with a sheet of rows under each title; every cell is harmless."""
	book = Workbook(write_only=True)
	for title, rows in sheets.items():
		sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", title)[:31])
		for row in rows:
			sheet.append([harmless(cell) for cell in row])
	saved = io.BytesIO()
	book.save(saved)
	return saved.getvalue()


def harmless_file(content: bytes, kind: str, delimiter: str = ",") -> bytes:
	"""A file that somebody else's code has written, with every cell made harmless.

	Args:
	        kind: csv or xlsx.
	        delimiter: what separates the cells of the CSV file, before as after.
	"""
	if kind == "csv":
		text = content.decode("utf-8-sig")
		out = io.StringIO()
		write_rows(out, csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), delimiter)
		return ("\ufeff" + out.getvalue() if content.startswith(b"\xef\xbb\xbf") else out.getvalue()).encode()
	book = load_workbook(io.BytesIO(content))
	for sheet in book:
		for cell in (cell for row in sheet.iter_rows() for cell in row):
			if isinstance(cell.value, str) and (new := harmless(cell.value)) != cell.value:
				cell.value = new
	saved = io.BytesIO()
	book.save(saved)
	return saved.getvalue()
