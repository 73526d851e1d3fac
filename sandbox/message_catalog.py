"""Makes `smooth_lms/locale/main.pot`: every sentence of the app that people read, for translators.

It runs in the Python environment of the bench, which has Babel: `./smooth lint --messages` calls it. A message stands in
a block of its own with the files that say it, sorted, without line numbers and dates: a change of one sentence is a
change of its block only.
"""

import ast
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.extract import extract_python
from babel.messages.pofile import denormalize, normalize
from jinja2.ext import babel_extract

from smooth_lms.base import messages

CHECKOUT = Path(__file__).resolve().parents[1]
APP = CHECKOUT / "smooth_lms"
CATALOG = APP / "locale" / "main.pot"
STALE = "smooth_lms/locale/main.pot: not what the sources say; ./smooth lint --messages makes it"
FOREIGN = ("public/scorm-again/", "public/editor/")
HEAD = """\
# The messages of Smooth LMS, made by ./smooth lint --messages.
msgid ""
msgstr ""
"Project-Id-Version: Smooth LMS\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"""
WORDS = re.compile("[A-Za-z]")
CALLED = re.compile(r"""\b__\(\s*(?P<quote>["'])(?P<text>(?:(?!(?P=quote))[^\\\n]|\\.)*)(?P=quote)""")

Key = tuple[str, str]
"""A context, mostly none, and a message."""


def main(arguments: list[str]) -> int:
	"""Write the catalog, or with `--check` say whether it is stale. Returns 1 then."""
	made = text(found())
	if "--check" not in arguments:
		CATALOG.parent.mkdir(exist_ok=True)
		CATALOG.write_text(made, encoding="utf-8")
		return 0
	if CATALOG.exists() and CATALOG.read_text(encoding="utf-8") == made:
		return 0
	print(STALE)
	return 1


def found(app: Path = APP) -> dict[Key, set[str]]:
	"""Every message of the app, with the comments and files that say where it stands."""
	places = defaultdict(set)
	for path in sorted(app.rglob("*")):
		name = path.relative_to(app).as_posix()
		if not path.is_file() or name.startswith(FOREIGN) or name.startswith("locale/"):
			continue
		for context, message in of_file(path):
			if WORDS.search(message or ""):
				places[context, message].add(name)
	return dict(places)


def of_file(path: Path) -> Iterator[Key]:
	"""The messages of one file."""
	content = path.read_bytes() if path.suffix in READERS else b""
	yield from READERS[path.suffix](content) if content else ()


def of_python(content: bytes) -> Iterator[Key]:
	"""What stands in `_()`, with its context."""
	for _line, _function, said, _comments in extract_python(BytesIO(content), {"_": None}, (), {}):
		yield from _key(said)


def of_template(content: bytes) -> Iterator[Key]:
	"""What stands in `_()` of a Jinja template. One that cannot be read is an error."""
	for _line, _function, said, _comments in babel_extract(
		BytesIO(content), ["_"], (), {"silent": "false", "trimmed": "true"}
	):
		yield from _key(said)


def of_script(content: bytes) -> Iterator[Key]:
	"""What stands in `__()`, also within template strings, which Babel's reader of scripts loses its way in."""
	for match in CALLED.finditer(content.decode()):
		yield "", ast.literal_eval(match["quote"] + match["text"] + match["quote"])


def of_json(content: bytes) -> Iterator[Key]:
	"""What the desk shows of a DocType, a report, a card and so on."""
	for message, _comment in messages.messages(json.loads(content)):
		yield "", message


READERS = {".py": of_python, ".html": of_template, ".js": of_script, ".json": of_json}


def text(found: dict[Key, set[str]]) -> str:
	"""The catalog as text."""
	blocks = [HEAD]
	for (context, message), places in sorted(found.items(), key=lambda item: (item[0][1], item[0][0])):
		lines = [f"#: {place}" for place in sorted(places)]
		if context:
			lines.append(f"msgctxt {normalize(context)}")
		blocks.append("\n".join([*lines, f"msgid {normalize(message, width=0)}", 'msgstr ""', ""]))
	return "\n".join(blocks)


def stored(catalog: Path = CATALOG) -> set[str]:
	"""The messages of the stored catalog."""
	blocks = catalog.read_text(encoding="utf-8").split("\n\n")[1:]
	return {
		denormalize(block.split("msgid ", 1)[1].split("\nmsgstr", 1)[0])
		for block in blocks
		if "msgid " in block
	}


def _key(said: object) -> Iterator[Key]:
	if isinstance(said, tuple):  # (message, context)
		yield said[-1] or "", said[0]
	elif said:
		yield "", said


if __name__ == "__main__":
	sys.exit(main(sys.argv[1:]))
