"""Writes the fields of our DocTypes into their controllers, as Frappe does in developer mode. Runs inside a site."""

import frappe
from frappe.types.exporter import TypeExporter, end_block, start_block

APP = "smooth_lms"


def write() -> None:
	"""Bring the generated block of every controller of the app up to date."""
	modules = frappe.get_all("Module Def", {"app_name": APP}, pluck="name")
	for name in frappe.get_all("DocType", {"module": ["in", modules], "custom": 0}, pluck="name"):
		exporter = TypeExporter(frappe.get_doc("DocType", name))
		exporter.export_types()
		path = exporter.controller_path
		path.write_text(_below_docstring(path.read_text()))


def _below_docstring(code: str) -> str:
	"""Frappe puts a new block first in the class, before its docstring, and leaves a `pass` behind it."""
	start, end = code.index(f"\t{start_block}"), code.index(end_block) + len(end_block)
	block, rest = code[start:end], code[end:].lstrip("\n")
	if rest.startswith('\t"""'):
		close = rest.index('"""', 4) + 3
		return f"{code[:start]}{rest[:close]}\n\n{block}\n\n{rest[close:].lstrip(chr(10))}"
	return f"{code[:start]}{block}\n\n{rest.removeprefix(chr(9) + 'pass' + chr(10))}"
