"""Every package the app imports is declared: by the app itself, or by Frappe, which brings it along on every bench."""

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

import frappe

tomllib = pytest.importorskip("tomllib", reason="Python 3.10 cannot read TOML by itself")
ROOT = Path(__file__).parents[2]
OWN = {"smooth_lms", "frappe", "erpnext", "hrms"}


def imported() -> set[str]:
	"""The packages of others that the app's sources import, by the name they are imported with."""
	found = set()
	for path in (ROOT / "smooth_lms").rglob("*.py"):
		for node in ast.walk(ast.parse(path.read_text())):
			if isinstance(node, ast.Import):
				found |= {each.name.split(".")[0] for each in node.names}
			elif isinstance(node, ast.ImportFrom) and not node.level:
				found.add(node.module.split(".")[0])
	return found - OWN - sys.stdlib_module_names


def declared(path: Path) -> set[str]:
	"""The distributions that a pyproject.toml asks for."""
	lines = tomllib.loads(path.read_text())["project"]["dependencies"]
	return {normal(re.split(r"[^A-Za-z0-9._-]", line)[0]) for line in lines}


def normal(name: str) -> str:
	return re.sub(r"[-_.]+", "-", name).lower()


def test_what_the_app_imports_is_declared():
	of_frappe = Path(frappe.__file__).parents[1] / "pyproject.toml"
	if not of_frappe.exists():
		pytest.skip(
			"the sandbox's engine comes from a wheel, without the file that says what Frappe asks for"
		)
	known = declared(ROOT / "pyproject.toml") | declared(of_frappe)
	distributions = packages_distributions()
	missing = {
		name for name in imported() if not known & {normal(each) for each in distributions.get(name, [])}
	}
	assert missing == set()
