"""Each row of docs/seeds.md names a test that exists."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROW = re.compile(r"^\| (?P<statement>.+?) \| (?P<here>.+) \| `(?P<file>[\w/]+\.py)::(?P<test>test_\w+)` \|$")


def _rows() -> list[str]:
	lines = (ROOT / "docs" / "seeds.md").read_text().splitlines()
	return [line for line in lines if line.startswith("| ") and not line.startswith(("| Statement", "| ---"))]


def test_every_row_is_proven_by_a_test_that_exists():
	rows = _rows()
	assert len(rows) > 80
	unproven = []
	for row in rows:
		found = ROW.match(row)
		file = ROOT / "tests" / found["file"] if found else None
		if not file or not file.is_file() or f"def {found['test']}(" not in file.read_text():
			unproven.append(row)
	assert unproven == []


def test_the_five_documents_have_a_table_each():
	text = (ROOT / "docs" / "seeds.md").read_text()
	assert text.count("| Statement | Here | Proven by |") == 5
