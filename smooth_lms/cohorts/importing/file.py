"""Files of people to enroll: reads CSV and Excel into rows, and writes refused rows back. No database.

A file has a heading line and one person a line: the cohort (unless it is given with the upload), the person by
user e-mail or employee ID, and where needed the reason for an exception. Headings may be field names or labels,
in any case and order; other columns are kept for the file of refused rows and otherwise ignored.
"""

import csv
import html
import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import frappe
from frappe import _
from frappe.utils.xlsxutils import read_xls_file_from_attached_file, read_xlsx_file_from_attached_file

from smooth_lms.base.spreadsheets import as_typed, write_rows

MAX_ROWS = 50_000
MAX_BYTES = 10 * 1024 * 1024
MAX_UNPACKED_BYTES = 200 * 1024 * 1024
BATCH, MEMBER, REASON = "batch", "member", "override_reason"
HEADINGS = {
	BATCH: ("batch", "cohort", "lms batch", "class"),
	MEMBER: ("member", "user", "user id", "e-mail", "email", "employee", "employee id", "employee number"),
	REASON: ("override reason", "reason for the exception", "exception"),
}
"""Headings that name a column besides the labels of the DocType: lower case, blanks for underscores."""
ERROR = "Error"
BOM = "\ufeff"
DELIMITERS = (",", ";", "\t", "|")


class EnrollmentFileError(frappe.ValidationError):
	"""The file as a whole cannot be used; the sentence says what to do."""


@dataclass(frozen=True, slots=True)
class Line:
	"""One person of the file."""

	batch: str
	member: str
	reason: str
	cells: tuple[str, ...]
	"""The line as it was, in the order of the file's headings."""


@dataclass(slots=True)
class EnrollmentFile:
	"""What a file says."""

	headings: tuple[str, ...]
	lines: list[Line] = field(default_factory=list)
	notes: list[str] = field(default_factory=list)
	delimiter: str = ","


def read(content: bytes, name: str) -> EnrollmentFile:
	"""Read an uploaded file.

	Args:
	        content: CSV (UTF-8, UTF-16 or Windows-1252; comma, semicolon, tab or bar), XLSX or XLS.
	        name: the file's name, whose ending says which.

	Raises EnrollmentFileError with a sentence for the person who uploaded it.
	"""
	rows, delimiter = read_table(content, name)
	return _understand([row for row in rows if any(row)], delimiter)


def read_table(content: bytes, name: str) -> tuple[list[list[str]], str]:
	"""The cells of an uploaded file, headings and empty lines included, and its separator. Arguments and errors as `read`."""
	if not content:
		_fail(_("The file is empty: choose a file with a heading line and one person a line."))
	if len(content) > MAX_BYTES:
		_fail(_("The file is larger than {0} MB: split it.").format(MAX_BYTES // 1024 // 1024))
	delimiter = ","
	kind = name.rpartition(".")[2].lower()
	if kind in ("csv", "txt", "tsv"):
		rows, delimiter = _read_csv(content)
	elif kind in ("xlsx", "xls"):
		rows = _read_excel(content, kind)
	else:
		_fail(_("{0} is neither CSV nor Excel: save it as .csv or .xlsx.").format(html.escape(name)))
	return rows, delimiter


def write(headings: Sequence[str], rows: Iterable[Sequence[str]], delimiter: str = ",") -> bytes:
	"""A CSV file in UTF-8 with a byte order mark; every cell harmless to open, see `cells`."""
	out = io.StringIO()
	out.write(BOM)
	write_rows(out, (headings, *rows), delimiter)
	return out.getvalue().encode()


def write_refused(file: EnrollmentFile, reasons: Mapping[int, str]) -> bytes:
	"""The refused lines with their original columns and the reason: can be corrected and uploaded again.

	Args: reasons, by the line's place in the file, from 0.
	"""
	keep = [place for place, heading in enumerate(file.headings) if heading.lower() != ERROR.lower()]
	return write(
		[*(file.headings[place] for place in keep), ERROR],
		(
			# a cell is no HTML, as which the reason was stored
			[*(file.lines[line].cells[place] for place in keep), html.unescape(reasons[line])]
			for line in sorted(reasons)
		),
		file.delimiter,
	)


def _understand(rows: list[list[str]], delimiter: str) -> EnrollmentFile:
	if not rows:
		_fail(_("The file is empty: choose a file with a heading line and one person a line."))
	headings = tuple(rows[0])
	columns = _columns(headings)
	if not columns[MEMBER]:
		_fail(_("No column says who is to be enrolled: name one of the headings Member or Employee."))
	if len(rows) == 1:
		_fail(_("The file has headings but no people: add one person a line."))
	if len(rows) - 1 > MAX_ROWS:
		sentence = _("The file has {0} rows; at most {1} can be imported at once: split it.")
		_fail(sentence.format(len(rows) - 1, MAX_ROWS))
	file = EnrollmentFile(headings, delimiter=delimiter)
	used = {place for places in columns.values() for place in places}
	ignored = [
		heading
		for place, heading in enumerate(headings)
		if heading and place not in used and heading.lower() != ERROR.lower()
	]
	if ignored:
		file.notes.append(_("Columns that were ignored: {0}.").format(", ".join(ignored)))
	width = len(headings)
	for row in rows[1:]:
		cells = tuple((row + [""] * width)[:width])
		found = {
			column: next((cells[place] for place in places if cells[place]), "")
			for column, places in columns.items()
		}
		file.lines.append(Line(found[BATCH], found[MEMBER], found[REASON], cells))
	return file


def _columns(headings: Sequence[str]) -> dict[str, list[int]]:
	"""The places of each of our columns: the first filled one counts, in the order of `HEADINGS`."""
	plain = [_plain(heading) for heading in headings]
	meta = frappe.get_meta("LMS Batch Enrollment")
	columns = {}
	for column, names in HEADINGS.items():
		label = meta.get_label(column)
		wanted = dict.fromkeys((*names, _plain(label), _plain(_(label))))
		columns[column] = [place for name in wanted for place, heading in enumerate(plain) if heading == name]
	return columns


def _plain(heading: str) -> str:
	# Frappe's own export writes "Member (Cohort enrollment)" for fields of the same label
	return re.sub(r"[\s_]+", " ", re.sub(r"\(.*\)", "", heading)).strip(" *:").lower()


def _read_csv(content: bytes) -> tuple[list[list[str]], str]:
	# Frappe's reader knows neither semicolons nor the mark that Excel puts before UTF-8
	text = _decode(content)
	if "\0" in text:
		_fail(_("This is not a text file: save it as CSV (UTF-8) and try again."))
	first = next((line for line in text.splitlines() if line.strip(" ,;\t|")), "")
	outside_quotes = re.sub(r'"[^"]*"', "", first)
	delimiter = max(DELIMITERS, key=outside_quotes.count)
	try:
		rows = [
			[as_typed(cell.strip()) for cell in row]
			for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
		]
	except csv.Error as error:
		_fail(
			_("The CSV file is broken ({0}): open it in a spreadsheet and save it again.").format(
				html.escape(str(error))
			)
		)
	return rows, delimiter


def _decode(content: bytes) -> str:
	if content.startswith((b"\xff\xfe", b"\xfe\xff")):
		return content.decode("utf-16", errors="replace")
	try:
		return content.decode("utf-8-sig")
	except UnicodeDecodeError:
		return content.decode("cp1252", errors="replace")


def _read_excel(content: bytes, kind: str) -> list[list[str]]:
	try:
		if kind == "xls":
			rows = read_xls_file_from_attached_file(content)
		else:
			with zipfile.ZipFile(io.BytesIO(content)) as archive:
				unpacked = sum(entry.file_size for entry in archive.infolist())
			if unpacked > MAX_UNPACKED_BYTES:
				_fail(_("The workbook is too large once unpacked: save the sheet as CSV."))
			rows = read_xlsx_file_from_attached_file(fcontent=content)
	except EnrollmentFileError:
		raise
	except Exception:  # the readers raise whatever the broken part of the file makes them
		_fail(_("The Excel file cannot be read: open it in a spreadsheet, save it again as .xlsx or .csv."))
	return [[_text(cell) for cell in row] for row in rows]


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


def _fail(sentence: str) -> None:
	frappe.throw(sentence, EnrollmentFileError)
