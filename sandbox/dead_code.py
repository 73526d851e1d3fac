"""Finds code that nothing calls: vulture's list, without what Frappe calls by a name that stands in a text.

It runs in the Python environment of the bench, which has vulture. Tests do not count as callers.
"""

import re
import sys
from pathlib import Path

from vulture import Vulture

SOURCES = ("smooth_lms", "sandbox", "benchmarks")
REPORTED = ("smooth_lms/", "sandbox/")
STANDINS = "sandbox/standins/"
"""Written after other apps, whose names they have."""
READ = (".csv", ".html", ".js", ".json", ".toml", ".txt")
"""Files that name functions: hooks and templates, scripts of the desk, DocTypes, what is set up."""
TEXT = re.compile(r"""(?s)(?:\"\"\".*?\"\"\"|'''.*?''')|"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)'""")
DECORATED = ["@frappe.whitelist*", "@pytest.*", "@click.*", "@property", "@*.command*"]
CONTROLLER = frozenset(
	{
		"after_delete",
		"after_insert",
		"after_rename",
		"autoname",
		"before_insert",
		"before_rename",
		"before_save",
		"before_validate",
		"on_change",
		"on_doctype_update",
		"on_trash",
		"on_update",
		"onload",
		"show_unique_validation_message",
		"validate",
	}
)
"""Methods and functions of a DocType's module that Frappe calls by name."""
RUN = frozenset({"execute"})
"""Functions of reports and patches that Frappe calls by name."""
INTERFACES = frozenset(
	{
		"can_render",  # of Frappe's page renderers
		"clear_old_logs",  # of DocTypes whose rows Frappe's log settings clear
		"get_sql",  # of pypika's terms
		"handle_DATA",  # of aiosmtpd's handlers
		"handle_data",  # of html.parser
		"handle_starttag",
		"validate_share",  # of Frappe's documents
	}
)
"""Methods of interfaces that others call by name."""


def check(root: Path) -> list[str]:
	"""What nothing below `root` calls, as `path:line: sentence`."""
	vulture = Vulture(ignore_decorators=DECORATED)
	vulture.scavenge([str(root / name) for name in SOURCES], exclude=[str(root / STANDINS)])
	named = names_in_texts(root)
	return [
		f"{item.filename.relative_to(root)}:{item.first_lineno}: nothing calls {item.name}: take it out"
		for item in vulture.get_unused_code()
		if str(item.filename.relative_to(root)).startswith(REPORTED)
		and item.typ in ("function", "method", "class", "import", "property")
		and not _is_called(item, named)
	]


def names_in_texts(root: Path) -> set[str]:
	"""The words that stand in texts of the sources and in files that are no Python."""
	words: set[str] = set()
	for name in SOURCES:
		for path in (root / name).rglob("*"):
			if path.suffix == ".py":
				texts = (match[1] or match[2] or "" for match in TEXT.finditer(path.read_text()))
				words.update(word for text in texts for word in re.findall(r"\w+", text))
			elif path.suffix in READ:
				words.update(re.findall(r"\w+", path.read_text()))
	return words


def _is_called(item, named: set[str]) -> bool:
	path = str(item.filename)
	if "/smooth_lms/tests/" in path:  # Frappe's runner looks for them
		return True
	if item.name in named or item.name in INTERFACES or (item.name in CONTROLLER and "/doctype/" in path):
		return True
	if (
		item.typ == "class" and "/doctype/" in path
	):  # a controller: Frappe takes the name of the DocType for it
		return item.filename.stem == item.filename.parent.name
	return item.name in RUN and ("/report/" in path or "/patches/" in path)


if __name__ == "__main__":
	found = check(Path.cwd())
	print("\n".join(found) if found else "Nothing is there that nothing calls.")
	sys.exit(1 if found else 0)
