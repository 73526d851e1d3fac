"""Files of people to enroll: what is understood, and what is answered to a file that cannot be used."""

import io
import zipfile

import openpyxl
import pytest

from smooth_lms.base.importing import tables
from smooth_lms.cohorts.importing import file as enrollment_file
from smooth_lms.cohorts.importing.file import EnrollmentFileError, read, write_kept, write_refused


def lines(content: bytes | str, name: str = "people.csv") -> list[tuple[str, str, str]]:
	file = read(content.encode() if isinstance(content, str) else content, name)
	return [(line.batch, line.member, line.reason) for line in file.lines]


def xlsx(rows: list[list], **more: list[list]) -> bytes:
	"""A workbook. Args: rows, of the first sheet; more, those of other sheets by name."""
	book = openpyxl.Workbook()
	for row in rows:
		book.active.append(row)
	for title, other in more.items():
		sheet = book.create_sheet(title)
		for row in other:
			sheet.append(row)
	out = io.BytesIO()
	book.save(out)
	return out.getvalue()


@pytest.mark.parametrize(
	"heading",
	[
		"batch,member,override_reason",
		"Cohort,Member,Reason for the exception",
		"COHORT, MEMBER ,Override Reason",
		"Batch,E-Mail,override reason",
		"cohort,Employee ID,exception",
		'"Cohort *","Member (Cohort enrollment)","Reason_for_the_exception"',
	],
)
def test_headings_by_field_name_or_label_in_any_case(heading):
	assert lines(f"{heading}\nweek-12,ana@example.com,late hire\n") == [
		("week-12", "ana@example.com", "late hire")
	]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings_and_delimiters(delimiter, encoding):
	text = f"Cohort{delimiter}Member\r\nÉté{delimiter}josé@example.com\r\n"
	assert lines(text.encode(encoding)) == [("Été", "josé@example.com", "")]


def test_a_delimiter_in_quotes_does_not_decide():
	assert lines('"Cohort";"Member";"a,b,c,d"\nx;ana@example.com;1\n') == [("x", "ana@example.com", "")]


def test_empty_lines_and_short_lines():
	assert lines("\n\nmember,batch\n\nana@example.com\n , \nben@example.com,x,more,cells\n") == [
		("", "ana@example.com", ""),
		("x", "ben@example.com", ""),
	]


def test_the_first_filled_column_names_the_person():
	assert lines("Member,Employee\n,HR-EMP-1\nana@example.com,HR-EMP-2\n") == [
		("", "HR-EMP-1", ""),
		("", "ana@example.com", ""),
	]


def test_unknown_columns_are_kept_and_noted():
	file = read(b"Member,Shoe size\nana@example.com,38\n", "people.csv")
	assert file.lines[0].cells == ("ana@example.com", "38")
	assert file.notes == ["Columns that were ignored: Shoe size."]


def test_excel_with_numbers_and_empty_rows():
	content = xlsx([["Cohort", "Employee ID"], ["week-12", 1001.0], [None, None], ["week-12", 1002]])
	assert lines(content, "people.XLSX") == [("week-12", "1001", ""), ("week-12", "1002", "")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_first_line_that_names_the_separator_is_no_heading(encoding):
	text = "sep=;\r\nCohort;Member\r\nA, B, C;ana@example.com\r\n"
	file = read(text.encode(encoding), "people.csv")
	assert [(line.batch, line.member, line.number) for line in file.lines] == [
		("A, B, C", "ana@example.com", 3)
	]


def test_a_separator_that_is_named_only_counts_and_is_not_kept():
	file = read(b'"sep=^"\nCohort^Member\nx^ana@example.com\n', "people.csv")
	again = read(write_kept(file), "people.csv")
	for one in (file, again):
		assert [(line.batch, line.member, line.number) for line in one.lines] == [("x", "ana@example.com", 3)]


def test_titles_above_the_headings_are_passed_over():
	text = "People to enroll, as of March\n\nEmployee\nCohort;Member;Site\n\nx;ana@example.com;Ulm\n"
	file = read(text.encode(), "people.csv")
	assert [(line.batch, line.member, line.number) for line in file.lines] == [("x", "ana@example.com", 6)]
	assert file.notes == ["The headings are in row 4.", "Columns that were ignored: Site."]


def test_a_person_called_as_a_heading_is_no_heading():
	assert lines("Member,Cohort\nuser,batch\nana@example.com,x\n") == [
		("batch", "user", ""),
		("x", "ana@example.com", ""),
	]


def test_people_on_another_sheet_are_found():
	content = xlsx(
		[["How to use this file"], ["Member lists go on the next sheet"]],
		People=[["Spring intake"], [], ["Member", "Cohort"], [], ["ana@example.com", "x"]],
	)
	file = read(content, "people.xlsx")
	assert [(line.batch, line.member, line.number) for line in file.lines] == [("x", "ana@example.com", 5)]
	assert file.notes == ["The headings are in row 3 of the sheet People."]


def test_a_hidden_sheet_is_not_read():
	book = openpyxl.load_workbook(io.BytesIO(xlsx([["Notes"]], Old=[["Member"], ["left@example.com"]])))
	book["Old"].sheet_state = "hidden"
	out = io.BytesIO()
	book.save(out)
	with pytest.raises(
		EnrollmentFileError, match="No sheet has such a heading; row 1 of the sheet Sheet says: Notes"
	):
		read(out.getvalue(), "people.xlsx")


@pytest.mark.parametrize(
	("heading", "cohort"),
	[("Mitglied", "Kohorte"), ("Employé", "Cohorte"), ("E-Mail-Adresse", "KOHORTE"), ("Work Email", "Class")],
)
def test_headings_in_other_languages(heading, cohort):
	assert lines(f"{heading};{cohort}\nana@example.com;x\n") == [("x", "ana@example.com", "")]


def test_what_is_kept_has_every_row_where_it_was():
	content = xlsx(
		[["Title"]], People=[["Member"], ["a@example.com"], [], [], ["b\nc@example.com"], ["d@example.com"]]
	)
	file = read(content, "people.xlsx")
	again = read(write_kept(file), "people.csv")
	assert [(line.member, line.number) for line in again.lines] == [
		(line.member, line.number) for line in file.lines
	]
	assert [line.number for line in file.lines] == [2, 5, 6]


def bomb() -> bytes:
	out = io.BytesIO()
	with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
		archive.writestr("xl/worksheets/sheet1.xml", b" " * (tables.MAX_UNPACKED_BYTES + 1))
	return out.getvalue()


@pytest.mark.parametrize(
	("content", "name", "sentence"),
	[
		(b"", "people.csv", "The file is empty"),
		(b"\n\n", "people.csv", "The file is empty"),
		(b"member\n", "people.csv", "headings but no people"),
		(b"who,where\na,b\n", "people.csv", "Row 1, the first one with text, says: who, where."),
		(b"member\na\n", "people.pdf", "neither CSV nor Excel"),
		(b"\x00\x01member\n\x00", "people.csv", "not a text file"),
		(b'member\n"ana@example.com', "people.csv", "The CSV file is broken"),
		(b"PK\x03\x04 not a workbook", "people.xlsx", "The Excel file cannot be read"),
		(b"not a workbook", "people.xls", "The Excel file cannot be read"),
		(b"member\n" + b"a" * enrollment_file.MAX_BYTES, "people.csv", "larger than 10 MB"),
		(
			b"member\n" + b"a@b.example\n" * (enrollment_file.MAX_ROWS + 1),
			"people.csv",
			"50001 rows; at most 50000",
		),
	],
)
def test_a_file_that_cannot_be_used_gets_a_sentence(content, name, sentence):
	with pytest.raises(EnrollmentFileError, match=sentence):
		read(content, name)


def test_a_workbook_that_unpacks_to_too_much_is_not_opened():
	with pytest.raises(EnrollmentFileError, match="too large once unpacked"):
		read(bomb(), "people.xlsx")


def test_refused_lines_come_back_as_they_were_with_the_reason():
	text = "Shoe size;Member;Error\n38;ana@example.com;old news\n39;ben@example.com;\n"
	file = read(text.encode("utf-8-sig"), "people.csv")
	back = write_refused(file, {0: "=no"})
	assert back.decode("utf-8-sig").splitlines() == [
		'"Shoe size";"Member";"Error"',
		'"38";"ana@example.com";"\'=no"',
	]
	assert lines(back) == [("", "ana@example.com", "")]
