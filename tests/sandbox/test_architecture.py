"""Whether the files and functions that ARCHITECTURE.md names are there."""

import ast
import re
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
APP = CHECKOUT / "smooth_lms"
PAGE = (CHECKOUT / "ARCHITECTURE.md").read_text()
NAMED = sorted(set(re.findall(r"`([\w/]+\.py) → (\w+)`", PAGE)))
FILES = sorted(set(re.findall(r"`([\w/]+\.py)`", PAGE)))
FOLDERS = sorted(set(re.findall(r"`([a-z_]+(?:/[a-z_]+)*/)`", PAGE)))


@pytest.mark.parametrize(("path", "function"), NAMED)
def test_a_named_function_is_there(path, function):
	defined = ast.walk(ast.parse((APP / path).read_text()))
	assert function in {each.name for each in defined if isinstance(each, ast.FunctionDef)}


@pytest.mark.parametrize("path", [*FILES, *FOLDERS])
def test_a_named_file_is_there(path):
	assert (APP / path).exists() or (CHECKOUT / path).exists()


def test_the_twelve_questions_have_one_answer_each():
	table = PAGE.split("## Twelve questions")[1].split("##")[0]
	rows = [line for line in table.splitlines() if line.startswith("|") and "→" in line]
	assert len(rows) == 12
	assert all(line.count("→") == 1 for line in rows)
