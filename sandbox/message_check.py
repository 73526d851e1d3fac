"""Finds, in the syntax trees of the app, messages whose values are not escaped: the desk draws messages as HTML.

A value that is HTML already says so: a comment `# html: why` in the lines of the call or right above it.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

SHOWN = frozenset({"throw", "msgprint"})
REASON = "# html: "
SAFE = frozenset(
	{
		"_",
		"abs",
		"bold",
		"cint",
		"day",
		"escape_html",
		"flt",
		"fmt_money",
		"formatdate",
		"format_datetime",
		"format_time",
	}
	| {
		"get_formatted",
		"link_to_form",
		"get_url_to_form",
		"int",
		"len",
		"max",
		"min",
		"round",
		"shown",
		"sum",
	}
)
"""Functions that give numbers, dates, or text that is escaped or ours. `bold` is looked into."""
OURS = frozenset({"doctype", "idx", "label", "MOST_BY_HAND"})
"""Attributes and names that hold numbers or words of the source."""


def check(root: Path) -> list[str]:
	"""What is found in the Python files below `root`, as `path:line: sentence`."""
	return [
		f"{path}:{node.lineno}: {ast.unparse(node)} stands in a message as it is: use escape_html"
		for path in sorted(root.rglob("*.py"))
		for node in find(path.read_text())
	]


def find(source: str) -> list[ast.expr]:
	"""The values that messages of a source hold as they are."""
	lines = source.splitlines()
	return [
		value
		for call in ast.walk(ast.parse(source))
		if isinstance(call, ast.Call) and call.args and _name(call.func) in SHOWN
		for value in _values(call.args[0])
		if not _is_safe(value) and REASON not in "".join(lines[call.lineno - 2 : call.end_lineno])
	]


def _values(message: ast.AST) -> Iterator[ast.expr]:
	if isinstance(message, ast.Call) and _name(message.func) == "format":
		yield from message.args
		yield from (keyword.value for keyword in message.keywords)
	elif isinstance(message, ast.FormattedValue):
		yield message.value
	if isinstance(message, ast.Call) and _name(message.func) == "escape_html":
		return  # whatever is in it
	for node in ast.iter_child_nodes(message):
		yield from _values(node)


def _is_safe(value: ast.expr) -> bool:
	if isinstance(value, ast.Constant | ast.JoinedStr):  # what is in an f-string is looked at by itself
		return True
	if isinstance(value, ast.Call):
		name = _name(value.func)
		if name == "bold":
			return all(_is_safe(each) for each in value.args)
		return name in SAFE or (name == "format" and all(_is_safe(each) for each in value.args))
	if isinstance(value, ast.Starred):
		return _is_safe(value.value)
	if isinstance(value, ast.GeneratorExp | ast.ListComp):
		return _is_safe(value.elt)
	if isinstance(value, ast.BinOp):
		return _is_safe(value.left) and _is_safe(value.right)
	if isinstance(value, ast.IfExp):
		return _is_safe(value.body) and _is_safe(value.orelse)
	name = _name(value)
	return name.isupper() or name in OURS


def _name(node: ast.expr) -> str:
	return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
