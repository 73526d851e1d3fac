"""The fields in a controller's generated block are those of its DocType."""

import ast
import json
from pathlib import Path

from frappe.model import no_value_fields, table_fields

from tests.support.server import CHECKOUT

UNTYPED = {*no_value_fields} - {*table_fields}


def annotated(path: Path) -> dict[str, str]:
	"""The fields of the block, with their types as they are written."""
	found: dict[str, str] = {}
	for node in ast.walk(ast.parse(path.read_text())):
		if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
			fields = (each for each in node.body if isinstance(each, ast.AnnAssign))
			found |= {ast.unparse(each.target): ast.unparse(each.annotation) for each in fields}
	return found


def test_every_controller_says_which_fields_its_doctype_has():
	"""Frappe writes the block when a DocType is saved in developer mode, and so does `./smooth lint --types`."""
	wrong = {}
	for path in sorted(Path(CHECKOUT, "smooth_lms").glob("*/doctype/*/*.json")):
		doctype = json.loads(path.read_text())
		known = annotated(path.with_suffix(".py"))
		fields = {each["fieldname"]: each for each in doctype["fields"] if each["fieldtype"] not in UNTYPED}
		own = {"name", "parent", "parentfield", "parenttype"}
		if differing := fields.keys() ^ (known.keys() - own):
			wrong[doctype["name"]] = sorted(differing)
		for name, field in fields.items():
			options = [each for each in (field.get("options") or "").split("\n") if each]
			if field["fieldtype"] == "Select" and not all(
				repr(each) in known.get(name, "") for each in options
			):
				wrong[f"{doctype['name']}.{name}"] = options
	assert wrong == {}, "bring them up to date: ./smooth lint --types"
