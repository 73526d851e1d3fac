"""Finds sentences that no translator could translate: not marked, glued from pieces, or with a plural by hand.

It runs in the Python environment of the bench, which has Jinja. A text that looks like a sentence and is none says so: a comment `# text: why` in its line or right above it.
"""

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from jinja2 import Environment

REASON = "# text: "
MARKS = frozenset({"_", "__"})
SENTENCE = re.compile(r"^[A-Z{][\w'’,{}-]*( [\w'’,;:(){}&./-]+)+[.?!:…]$", re.DOTALL)
"""Words from a capital letter to a full stop, colon, question mark or ellipsis."""
WORDS = re.compile(r"[A-Za-z]{2,}")
GLUED = "glued from pieces: one sentence, and .format() outside"
BY_HAND = "plural by hand: plural(number, _(…), _(…))"
UNMARKED = "not marked for translators: put it into _()"
SCRIPT = (
	(
		re.compile(r"""(?P<at>["'`])[A-Z{][\w’',{}-]*( [\w’',;:(){}&./-]+)+[.?!…](?P=at)"""),
		UNMARKED,
	),
	(re.compile(r"""__\(\s*(?P<at>`[^`]*\$\{|"[^"]*" ?\+|'[^']*' ?\+)"""), GLUED),
	(re.compile(r"(?P<at>===? 1)\s*\?\s*__\("), BY_HAND),
)
"""Patterns of what is wrong in a script; `at` is where."""
FOREIGN = ("public/scorm-again/", "public/tus/", "public/editor/")
LOGGED = frozenset(
	{
		*("log_error", "echo", "secho", "print", "option", "command"),
		*("RequestRefusedError", "refuse_statement", "require_form"),
	}
)
"""Functions whose texts go to logs, terminals, and the makers of content that talks to xAPI, which are English."""
LABELS = frozenset({"label", "title", "description", "placeholder"})
"""Keys of dictionaries whose text is shown."""


def check(root: Path) -> list[str]:
	"""What is found below `root`, as `path:line: sentence`."""
	found = []
	for path in sorted(root.rglob("*")):
		if path.suffix not in FINDERS or any(folder in path.as_posix() for folder in FOREIGN):
			continue
		found += [f"{path}:{line}: {what}" for line, what in FINDERS[path.suffix](path.read_text())]
	return found


def find(source: str) -> Iterator[tuple[int, str]]:
	"""What is wrong in a Python source, as (line, what)."""
	tree = ast.parse(source)
	lines = source.splitlines()
	passed = {id(node) for node in _not_shown(tree)}
	for node in ast.walk(tree):
		if id(node) not in passed and (what := _wrong(node)):
			if REASON not in "".join(lines[max(node.lineno - 2, 0) : node.end_lineno]):
				yield node.lineno, what


def _wrong(node: ast.AST) -> str | None:
	if _is_mark(node) and node.args:
		return _wrong_message(node.args[0])
	if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod):
		sides = (node.left, node.right)
		if any(_marked(side) for side in sides) and any(_says(side) for side in sides):
			return GLUED
	if isinstance(node, ast.JoinedStr):
		if any(_marked(part) for part in node.values) and any(_says(part) for part in node.values):
			return GLUED
	if isinstance(node, ast.IfExp) and _by_hand(node):
		return BY_HAND
	if isinstance(node, ast.Constant) and isinstance(node.value, str) and SENTENCE.match(node.value):
		return UNMARKED
	if isinstance(node, ast.Dict) and any(map(_is_bare_label, node.keys, node.values)):
		return UNMARKED
	return None


def _is_bare_label(key: ast.expr | None, value: ast.expr) -> bool:
	return isinstance(key, ast.Constant) and key.value in LABELS and _says(value)


def _wrong_message(message: ast.expr) -> str | None:
	if isinstance(message, ast.JoinedStr | ast.BinOp) or (
		isinstance(message, ast.Call) and _name(message.func) in ("format", "join")
	):
		return GLUED
	text = message.value if isinstance(message, ast.Constant) else ""
	return wrong_text(text) if isinstance(text, str) else None


def wrong_text(text: str) -> str | None:
	"""What is wrong with a message by itself."""
	if text != text.strip():
		return GLUED
	return BY_HAND if "(s)" in text or "(es)" in text else None


def _by_hand(node: ast.IfExp) -> bool:
	"""Whether a condition on the number one chooses between two texts."""
	compared = [
		right for each in ast.walk(node.test) if isinstance(each, ast.Compare) for right in each.comparators
	]
	sides = (node.body, node.orelse)
	return any(isinstance(each, ast.Constant) and each.value == 1 for each in compared) and (
		all(map(_marked, sides)) or all(map(_is_ending, sides))
	)


def _is_ending(node: ast.expr) -> bool:
	return isinstance(node, ast.Constant) and node.value in ("", "s", "es")


def _not_shown(tree: ast.AST) -> Iterator[ast.AST]:
	"""Texts that nobody reads on a page: in marks, docstrings, logs, f-strings' own parts, comparisons of types."""
	for node in ast.walk(tree):
		if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
			yield node.value
		elif isinstance(node, ast.Call) and (_is_mark(node) or _name(node.func) in LOGGED):
			arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
			yield from (each for argument in arguments for each in ast.walk(argument))
		elif isinstance(node, ast.JoinedStr):
			yield from node.values


def _is_mark(node: ast.AST) -> bool:
	return isinstance(node, ast.Call) and _name(node.func) in MARKS


def _marked(node: ast.AST) -> bool:
	return any(_is_mark(each) for each in ast.walk(node))


def _says(node: ast.AST) -> bool:
	return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(WORDS.search(node.value))


def _name(node: ast.expr) -> str:
	return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def find_in_template(source: str) -> Iterator[tuple[int, str]]:
	"""What is wrong in a Jinja template: words between its tags, and the same as in Python."""
	environment = Environment(trim_blocks=True, lstrip_blocks=True)
	inside = False  # a tag, a script or a style goes on in the next piece
	for line, kind, value in environment.lex(source):
		if kind == "data":
			text, inside = _text_of(value, inside)
			if WORDS.search(text):
				yield line, UNMARKED
	yield from _glued_in_template(source)


def _glued_in_template(source: str) -> Iterable[tuple[int, str]]:
	for number, line in enumerate(source.splitlines(), 1):
		for message in re.findall(r"""\b_\((["'])(.*?)\1\)""", line):
			if what := wrong_text(message[1]):
				yield number, what
		if re.search(r"== 1 else _\(", line):
			yield number, BY_HAND


def _text_of(data: str, inside: bool) -> tuple[str, bool]:
	"""What of a piece of a template is text between tags, and whether it ends within a tag."""
	data = re.sub(r"(?s)<(script|style)\b.*?</\1>|<!--.*?-->", "", data)
	if inside:
		end = data.find(">")
		if end < 0:
			return "", True
		data = data[end + 1 :]
	data = re.sub(r"<[^<>]*>|&\w+;|&#\d+;", " ", data)
	start = data.rfind("<")
	return (data, False) if start < 0 else (data[:start], True)


def find_in_script(source: str) -> Iterator[tuple[int, str]]:
	"""What is wrong in a script of the desk or the portal."""
	lines = source.splitlines()
	for pattern, what in SCRIPT:
		for match in pattern.finditer(source):
			if what == UNMARKED and source[: match.start()].rstrip().endswith("__("):
				continue
			number = source.count("\n", 0, match.start("at")) + 1
			line = lines[number - 1].lstrip()
			if not line.startswith(("//", "*", "/*")) and "// text: " not in line:
				yield number, what


FINDERS = {".py": find, ".html": find_in_template, ".js": find_in_script}


if __name__ == "__main__":
	found = check(Path("smooth_lms"))
	print("\n".join(found) if found else "Every sentence can be translated.")
	sys.exit(1 if found else 0)
