"""Files for spreadsheets: no cell is a formula, whatever it is split at; and what is read back is what was typed."""

import csv
import io

import openpyxl
import pytest

from smooth_lms.base import spreadsheets

FORMULAS = (
	'=HYPERLINK("https://example.com","x")',
	"+1",
	"-1+1",
	"@SUM(A1)",
	"\t=1",
	"\r=1",
	"  =1",
	"＝1",
	"＋1",
	"－1",
	"＠SUM(A1)",
	"x;=1",
	"x, =1",
	"x\t=1",
	"x|@SUM(A1)",
	"line\n=1",
	"x;\t＝1",
)
SEPARATORS = ";,|\t\n\r"


def parts(text: str) -> list[str]:
	"""What a spreadsheet may make of a text, whatever it takes for a separator; blanks before do not count."""
	found, rest = [text], text.lstrip("'\t\r ")
	for separator in SEPARATORS:
		found += rest.split(separator)[1:]
	return [part.strip() for part in found]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_part_of_a_cell_is_a_formula(text):
	cell = spreadsheets.harmless(text)
	assert not [part for part in parts(cell) if part.startswith(tuple("=+-@＝＋－＠"))]
	assert spreadsheets.harmless(cell) == cell


@pytest.mark.parametrize("text", [*FORMULAS, "Ann-Marie", "it's -5", "'quoted'", "a, b; c"])
def test_a_text_is_read_back_as_it_was_typed(text):
	assert spreadsheets.as_typed(spreadsheets.harmless(text)) == text


def test_every_cell_is_in_quotes():
	out = io.StringIO()
	spreadsheets.write_rows(out, [("a", 1, None), ("x;=1", 2.5, "b")], ";")
	assert out.getvalue() == '"a";"1";""\r\n"x;\'=1";"2.5";"b"\r\n'


def test_a_workbook_that_somebody_else_has_written():
	book = openpyxl.Workbook()
	book.active.append(["=1+1", 5, "plain"])
	out = io.BytesIO()
	book.save(out)
	(row,) = openpyxl.load_workbook(
		io.BytesIO(spreadsheets.harmless_file(out.getvalue(), "xlsx"))
	).active.iter_rows()
	assert [(cell.value, cell.data_type) for cell in row] == [("'=1+1", "s"), (5, "n"), ("plain", "s")]


def test_a_csv_file_that_somebody_else_has_written():
	written = spreadsheets.harmless_file('﻿"=1+1",5\r\n'.encode(), "csv").decode("utf-8-sig")
	assert list(csv.reader(io.StringIO(written))) == [["'=1+1", "5"]]
