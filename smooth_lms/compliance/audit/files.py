"""Writing tables row by row as CSV and Excel files, harmless to open."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from smooth_lms.base.spreadsheets import harmless, write_rows

CELL_LENGTH = 32_767
"""Excel's own limit."""


class Table:
	"""A table that is being written, in one or two formats at once. Memory does not grow with its rows."""

	def __init__(self, folder: Path, name: str, headings: Sequence[str], formats: Iterable[str]) -> None:
		self.headings = list(headings)
		self.count = 0
		self.paths = [folder / f"{name}.{kind}" for kind in formats]
		self._text = self._sheet = self._book = None
		for path in self.paths:
			if path.suffix == ".csv":
				self._text = path.open("w", encoding="utf-8-sig", newline="")
				write_rows(self._text, [self.headings])
			else:
				self._book = Workbook(write_only=True)
				self._sheet = self._book.create_sheet(name[:31])
				self._sheet.append(self.headings)

	def add(self, rows: Iterable[Mapping[str, Any]]) -> None:
		"""Write rows; values by heading."""
		for row in rows:
			values = [row.get(heading) for heading in self.headings]
			if self._text:
				write_rows(self._text, [values])
			if self._sheet:
				cells = map(harmless, values)
				self._sheet.append([cell[:CELL_LENGTH] if isinstance(cell, str) else cell for cell in cells])
			self.count += 1

	def close(self) -> list[Path]:
		"""Finish the files. Returns them."""
		if self._text:
			self._text.close()
		if self._book:
			self._book.save(next(path for path in self.paths if path.suffix == ".xlsx"))
		return self.paths


def open_table(folder: Path, name: str, headings: Sequence[str], formats: Iterable[str]) -> Table:
	"""A new table. Args: formats, of csv and xlsx."""
	return Table(folder, name, headings, formats)
