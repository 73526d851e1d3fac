"""Lists the public surface of the app: what imports, integrations and other apps may rely on.

    python -m sandbox.surface               # of this checkout, one name a line
    python -m sandbox.surface OLD NEW       # what two commits differ in

It reads sources only, so that an old commit needs no bench: API methods with their parameters, DocTypes with fields,
types, statuses and unique fields, hooks of the app's own, and the sentences of refusals.
"""

import ast
import io
import json
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]


def main(arguments: list[str]) -> int:
	"""Print the surface, or the difference of two commits."""
	if not arguments:
		print("\n".join(surface(CHECKOUT)))
		return 0
	old, new = (set(_of_commit(commit)) for commit in arguments)
	for sign, names in (("-", old - new), ("+", new - old)):
		for name in sorted(names):
			print(sign, name)
	return 0


def surface(root: Path) -> list[str]:
	"""Every public name below the root of a checkout, sorted."""
	app = root / "smooth_lms"
	found = [*_methods(app), *_doctypes(app), *_hooks(app), *_refusals(app)]
	return sorted(set(found))


def _of_commit(commit: str) -> list[str]:
	packed = subprocess.run(
		["git", "archive", commit, "smooth_lms"], cwd=CHECKOUT, check=True, capture_output=True
	).stdout
	with tempfile.TemporaryDirectory() as folder, tarfile.open(fileobj=io.BytesIO(packed)) as archive:
		archive.extractall(folder)
		return surface(Path(folder))


def _methods(app: Path) -> Iterator[str]:
	for path in sorted((app / "api").rglob("*.py")):
		module = ".".join(path.relative_to(app.parent).with_suffix("").parts)
		for node in ast.parse(path.read_text()).body:
			if isinstance(node, ast.FunctionDef) and any(map(_is_whitelist, node.decorator_list)):
				methods = next(each for each in node.decorator_list if _is_whitelist(each))
				yield f"method {module}.{node.name}({ast.unparse(node.args)}) {ast.unparse(methods)}"


def _is_whitelist(decorator: ast.expr) -> bool:
	return "whitelist" in ast.unparse(decorator)


def _doctypes(app: Path) -> Iterator[str]:
	for path in sorted(app.rglob("doctype/*/*.json")):
		content = json.loads(path.read_text())
		if content.get("doctype") != "DocType":
			continue
		name = content["name"]
		yield f"doctype {name} autoname={content.get('autoname', '')}"
		for field in content["fields"]:
			if field["fieldtype"] in ("Section Break", "Column Break", "Tab Break", "HTML", "Button"):
				continue
			yield f"field {name}.{field['fieldname']}: {field['fieldtype']}" + (
				" unique" if field.get("unique") else ""
			)
			if field["fieldtype"] in ("Select", "Link", "Table", "Table MultiSelect"):
				for option in (field.get("options") or "").split("\n"):
					yield f"option {name}.{field['fieldname']} = {option}"


def _hooks(app: Path) -> Iterator[str]:
	"""Hooks that the app asks other apps for."""
	for path in sorted(app.rglob("*.py")):
		for node in ast.walk(ast.parse(path.read_text())):
			if isinstance(node, ast.Constant) and isinstance(node.value, str):
				if node.value.startswith("smooth_lms_") and node.value.isidentifier():
					yield f"hook {node.value}"
			elif isinstance(node, ast.Name) and path.name == "hooks.py" and node.id.startswith("smooth_lms_"):
				yield f"hook {node.id}"


def _refusals(app: Path) -> Iterator[str]:
	for node in ast.parse((app / "exceptions.py").read_text()).body:
		if not isinstance(node, ast.ClassDef):
			continue
		yield f"error {node.name}"
		for line in node.body:
			if isinstance(line, ast.Assign) and getattr(line.targets[0], "id", "") == "sentence":
				text = next(each.value for each in ast.walk(line.value) if isinstance(each, ast.Constant))
				yield f"sentence {node.name}: {text}"


if __name__ == "__main__":
	sys.exit(main(sys.argv[1:]))
