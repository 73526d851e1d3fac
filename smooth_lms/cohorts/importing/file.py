"""Files of people to enroll: reads CSV and Excel into rows, and writes refused rows back. No database.

A file has a heading line, perhaps below a title, and one person a line: the cohort (unless it is given with the upload), the person by
user e-mail or employee ID, and where needed the reason for an exception. Headings may be field names or labels,
in any case and order; other columns are kept for the file of refused rows and otherwise ignored.
"""

import html
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import frappe
from frappe import _

from smooth_lms.base.importing import tables
from smooth_lms.base.importing.tables import Table
from smooth_lms.base.spreadsheets import write_rows

MAX_ROWS = 50_000
MAX_BYTES = 10 * 1024 * 1024
BATCH, MEMBER, REASON = "batch", "member", "override_reason"
HEADINGS = {
	BATCH: (
		*("batch", "cohort", "lms batch", "class"),
		*("kohorte", "cohorte", "turma", "grup", "grupa"),
	),
	MEMBER: (
		*("member", "user", "user id", "e-mail", "email", "employee", "employee id", "employee number"),
		*("e-mail address", "email address", "work email", "work e-mail", "company email", "participant"),
		*("mitglied", "benutzer", "teilnehmer", "mitarbeiter", "e-mail-adresse", "personalnummer"),
		*("membre", "utilisateur", "employé", "adresse e-mail", "matricule"),
		*("miembro", "usuario", "participante", "empleado", "correo electrónico"),
		*("membro", "usuário", "funcionário"),
		*("lid", "gebruiker", "deelnemer", "medewerker", "e-mailadres", "personeelsnummer"),
		*("üye", "kullanıcı", "çalışan", "e-posta"),
		*("członek", "użytkownik", "uczestnik", "pracownik"),
	),
	REASON: (
		*("override reason", "reason for the exception", "exception"),
		*("ausnahmegrund", "grund der ausnahme", "motif de l'exception", "motivo de la excepción"),
	),
}
"""Headings that name a column besides the labels of the DocType, which are understood in the reader's language as well:
lower case, blanks for underscores. What HR systems write in the languages of the app, whatever the reader's is."""
ERROR = "Error"
BOM = "\ufeff"
SHOWN = 200
"""Characters of a row that an error shows."""


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
	number: int
	"""Its row in the file, from 1, as a spreadsheet shows it."""


@dataclass(slots=True)
class EnrollmentFile:
	"""What a file says."""

	headings: tuple[str, ...]
	lines: list[Line] = field(default_factory=list)
	notes: list[str] = field(default_factory=list)
	delimiter: str = ","
	heading_row: int = 1


def read(content: bytes, name: str) -> EnrollmentFile:
	"""Read an uploaded file.

	Args:
	        content: CSV (UTF-8, UTF-16 or Windows-1252; comma, semicolon, tab or bar), XLSX or XLS.
	        name: the file's name, whose ending says which.

	Raises EnrollmentFileError with a sentence for the person who uploaded it.
	"""
	return _understand(read_table(content, name, _fit))


def read_table(content: bytes, name: str, fit: tables.Fit) -> Table | None:
	"""The table of an uploaded file, None if nothing is written in it; errors as `read`. Args: fit, see `tables.Fit`."""
	if not content:
		_fail(_("The file is empty: choose a file with a heading line and one person a line."))
	if len(content) > MAX_BYTES:
		_fail(_("The file is larger than {0} MB: split it.").format(MAX_BYTES // 1024 // 1024))
	try:
		return tables.read(content, name, fit)
	except tables.UnreadableTableError as error:
		_fail(str(error))


def write_kept(file: EnrollmentFile) -> bytes:
	"""The file as a run keeps it: of the rows that count, each where it was, so that its number stays what it is."""
	rows: list[Sequence[str]] = [()] * (file.heading_row - 1)
	rows.append(file.headings)
	for line in file.lines:
		rows += [()] * (line.number - 1 - len(rows))
		rows.append(line.cells)
	return write(rows[0], rows[1:], file.delimiter)


def write(headings: Sequence[str], rows: Iterable[Sequence[str]], delimiter: str = ",") -> bytes:
	"""A CSV file in UTF-8 with a byte order mark; every cell harmless to open, see `base/spreadsheets.py`."""
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


def _understand(table: Table | None) -> EnrollmentFile:
	if table is None:
		_fail(_("The file is empty: choose a file with a heading line and one person a line."))
	number, headings = table.heading
	if not table.known:
		_fail(_no_headings(table))
	if not table.rows:
		_fail(_("The file has headings but no people: add one person a line."))
	if len(table.rows) > MAX_ROWS:
		sentence = _("The file has {0} rows; at most {1} can be imported at once: split it.")
		_fail(sentence.format(len(table.rows), MAX_ROWS))
	columns = _columns(headings)
	file = EnrollmentFile(tuple(headings), delimiter=table.delimiter, heading_row=number)
	file.notes += _notes(table, columns)
	width = len(headings)
	for place, row in table.rows:
		cells = tuple((row + [""] * width)[:width])
		found = {
			column: next((cells[place] for place in places if cells[place]), "")
			for column, places in columns.items()
		}
		file.lines.append(Line(found[BATCH], found[MEMBER], found[REASON], cells, place))
	return file


def _no_headings(table: Table) -> str:
	number, headings = table.heading
	said = html.escape(", ".join(filter(None, headings))[:SHOWN])
	if table.sheet:
		sentence = _(
			"No column says who is to be enrolled: name one of the headings Member or Employee. No sheet has such a heading; row {0} of the sheet {1} says: {2}."
		)
		return sentence.format(number, html.escape(table.sheet), said)
	sentence = _(
		"No column says who is to be enrolled: name one of the headings Member or Employee. Row {0}, the first one with text, says: {1}."
	)
	return sentence.format(number, said)


def _notes(table: Table, columns: dict[str, list[int]]) -> list[str]:
	"""What was taken for the headings where that was a choice, and what was not used."""
	number, headings = table.heading
	notes = []
	if not table.first and table.sheet:
		notes.append(_("The headings are in row {0} of the sheet {1}.").format(number, table.sheet))
	elif not table.first:
		notes.append(_("The headings are in row {0}.").format(number))
	used = {place for places in columns.values() for place in places}
	ignored = [
		heading
		for place, heading in enumerate(headings)
		if heading and place not in used and heading.lower() != ERROR.lower()
	]
	if ignored:
		notes.append(_("Columns that were ignored: {0}.").format(", ".join(ignored)))
	return notes


def _fit(cells: Sequence[str]) -> int:
	"""How many of our columns a row names; 0 if it does not name the one with the people."""
	columns = _columns(cells)
	return sum(map(bool, columns.values())) if columns[MEMBER] else 0


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


def _fail(sentence: str) -> None:
	frappe.throw(sentence, EnrollmentFileError)
