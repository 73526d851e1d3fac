"""Reads CSV and Excel files as people make them into one table: headings, and the rows below them. No database.

Above the headings there may be a line `sep=;` and lines of title; in a workbook the table may stand on any sheet. Which
row has the headings, the caller knows: it is asked how well a row would do. Rows keep the numbers that a spreadsheet
shows for them.
"""

import csv
import html
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

import xlrd
from openpyxl import load_workbook

from frappe import _

from smooth_lms.base.spreadsheets import as_typed

MAX_UNPACKED_BYTES = 200 * 1024 * 1024
DELIMITERS = (",", ";", "\t", "|")
SEPARATOR = re.compile(r"""\s*"?sep=(?P<delimiter>[^\w\s"']|\t)"?\s*""", re.IGNORECASE)
"""A first line that tells Excel what separates the cells."""
TITLES = 30
"""Rows from the first filled one among which the headings are looked for."""

Row = tuple[int, list[str]]
"""The number of a row, from 1 as in a spreadsheet, and its cells."""
Fit = Callable[[Sequence[str]], int]
"""How well a row would do as the headings: how many columns are known; 0 for not at all."""


class UnreadableTableError(Exception):
	"""The file cannot be read; the sentence says what to do."""


@dataclass(frozen=True, slots=True)
class Table:
	"""What a file says.

	Args: sheet, its name in a workbook, empty for CSV; heading, the row with the headings; rows, those with anything
	below it; delimiter, what to write such a file with; known, whether the headings are such that the caller knows.
	"""

	heading: Row
	rows: list[Row]
	sheet: str = ""
	delimiter: str = ","
	known: bool = True
	first: bool = True
	"""Whether nothing but this table stands above and before: no title, no other sheet."""


def read(content: bytes, name: str, fit: Fit) -> Table | None:
	"""Read an uploaded file; None if nothing is written in it.

	Args: content, CSV (UTF-8, UTF-16 or Windows-1252; comma, semicolon, tab or bar), XLSX or XLS; name, the file's,
	whose ending says which; fit, see `Fit`.

	Returns the first sheet whose headings fit; where none do, the first sheet with anything in it, not `known`.
	Raises UnreadableTableError.
	"""
	kind = name.rpartition(".")[2].lower()
	if kind in ("csv", "txt", "tsv"):
		rows, delimiter = _read_csv(content, fit)
		return _table(rows, fit, delimiter=delimiter)
	if kind not in ("xlsx", "xls"):
		raise UnreadableTableError(
			_("{0} is neither CSV nor Excel: save it as .csv or .xlsx.").format(html.escape(name))
		)
	fallback = None
	for sheet, rows in _sheets(content, kind):
		table = _table(rows, fit, sheet=sheet, first=fallback is None)
		if table and table.known:
			return table
		fallback = fallback or table
	return fallback


def _table(rows: Iterable[Row], fit: Fit, *, first: bool = True, **values: Any) -> Table | None:
	filled = [(number, cells) for number, cells in rows if any(cells)]
	if not filled:
		return None
	# of a title and headings that fit alike, the headings have more cells
	scores = [(fit(cells), sum(map(bool, cells))) for _number, cells in filled[:TITLES]]
	best = max(scores, key=lambda score: (score[0] > 0, score))
	place = scores.index(best) if best[0] else 0
	return Table(filled[place], filled[place + 1 :], known=bool(best[0]), first=first and not place, **values)


def _read_csv(content: bytes, fit: Fit) -> tuple[list[Row], str]:
	# Frappe's reader knows neither semicolons nor the mark that Excel puts before UTF-8
	text = _decode(content)
	if "\0" in text:
		raise UnreadableTableError(_("This is not a text file: save it as CSV (UTF-8) and try again."))
	begin, _end, rest = text.partition("\n")
	said = SEPARATOR.fullmatch(begin.rstrip("\r"))
	if said:
		text = f"\n{rest}"  # the row stays, so that all others keep their numbers
	delimiter = said["delimiter"] if said else _delimiter(text, fit)
	try:
		rows = list(_rows(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)))
	except csv.Error as error:
		sentence = _("The CSV file is broken ({0}): open it in a spreadsheet and save it again.")
		raise UnreadableTableError(sentence.format(html.escape(str(error)))) from error
	return rows, delimiter if delimiter in DELIMITERS else DELIMITERS[0]


def _delimiter(text: str, fit: Fit) -> str:
	"""The separator with which a row does best as the headings, and then the one that the first line has most of."""
	first = next((line for line in text.splitlines() if line.strip(" ,;\t|")), "")
	outside_quotes = re.sub(r'"[^"]*"', "", first)

	def well(delimiter: str) -> tuple[int, int]:
		rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
		try:
			best = max((fit(cells) for _number, cells in islice(_rows(rows), TITLES)), default=0)
		except csv.Error:
			best = 0
		return best, outside_quotes.count(delimiter)

	return max(DELIMITERS, key=well)


def _rows(rows: Iterable[Sequence[Any]]) -> Iterable[Row]:
	for number, row in enumerate(rows, start=1):
		yield number, [_text(cell) for cell in row]


def _decode(content: bytes) -> str:
	if content.startswith((b"\xff\xfe", b"\xfe\xff")):
		return content.decode("utf-16", errors="replace")
	try:
		return content.decode("utf-8-sig")
	except UnicodeDecodeError:
		return content.decode("cp1252", errors="replace")


def _sheets(content: bytes, kind: str) -> Iterable[tuple[str, list[Row]]]:
	"""The name and the rows of each sheet that people see, one after the other."""
	try:
		if kind == "xls":
			yield from _old_sheets(content)
			return
		with zipfile.ZipFile(io.BytesIO(content)) as archive:
			unpacked = sum(entry.file_size for entry in archive.infolist())
		if unpacked > MAX_UNPACKED_BYTES:
			raise UnreadableTableError(_("The workbook is too large once unpacked: save the sheet as CSV."))
		book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
		for sheet in book.worksheets:
			if sheet.sheet_state == "visible":
				sheet.reset_dimensions()  # some programs write wrong ones
				yield sheet.title, list(_rows(sheet.iter_rows(values_only=True)))
	except UnreadableTableError:
		raise
	except Exception as error:  # the readers raise whatever the broken part of the file makes them
		raise UnreadableTableError(
			_("The Excel file cannot be read: open it in a spreadsheet, save it again as .xlsx or .csv.")
		) from error


def _old_sheets(content: bytes) -> Iterable[tuple[str, list[Row]]]:
	for sheet in xlrd.open_workbook(file_contents=content).sheets():
		if not sheet.visibility:
			yield sheet.name, list(_rows(sheet.row_values(place) for place in range(sheet.nrows)))


def _text(cell: Any) -> str:
	if cell is None:
		return ""
	if isinstance(cell, float) and cell.is_integer():
		return str(int(cell))  # an employee number that the spreadsheet took for an amount
	if isinstance(cell, datetime) and not (cell.hour or cell.minute or cell.second):
		return cell.date().isoformat()
	if isinstance(cell, date):
		return cell.isoformat()
	return as_typed(str(cell).strip())
