"""Cells of files for spreadsheets: a text that a spreadsheet would take for a formula is made harmless."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def harmless(value: Any) -> Any:
	"""A value as a cell: a text that a spreadsheet would take for a formula gets an apostrophe before it."""
	if value is None or isinstance(value, bool | int | float | datetime | date):
		return value
	if isinstance(value, Decimal):
		return float(value)
	if isinstance(value, time | timedelta):
		return str(value)
	text = ILLEGAL_CHARACTERS_RE.sub("", str(value))
	return f"'{text}" if text.startswith(FORMULA_STARTS) else text
