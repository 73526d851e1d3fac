"""The guides lead to what is there, and every picture in them can be taken anew."""

import re
from pathlib import Path

import pytest

from sandbox import pictures
from tests.support.server import CHECKOUT

ROOT = Path(CHECKOUT)
LINK = re.compile(r"\]\(([^)#\s]+)(?:#([^)\s]+))?\)")
ANCHOR = re.compile(r"\]\(#([^)\s]+)\)")
PICTURES = ROOT / "docs" / "pictures"


def guides() -> list[Path]:
	found = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("*/README.md")]
	return sorted(found)


def anchors(guide: Path) -> set[str]:
	"""The headings of a guide as GitHub and others name them in addresses."""
	found = set()
	for line in guide.read_text().splitlines():
		if heading := re.match(r"#+ (.+)", line):
			words = re.sub(r"[^\w\- ]", "", heading[1].lower().strip())
			found.add(words.replace(" ", "-"))
	return found


@pytest.mark.parametrize("guide", guides(), ids=lambda each: str(each.relative_to(ROOT)))
def test_its_links_lead_somewhere(guide):
	missing = []
	for address, anchor in LINK.findall(guide.read_text()):
		if "://" in address or address.startswith("mailto:"):
			continue
		target = (guide.parent / address).resolve()
		if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
			missing.append(f"{address}#{anchor}" if anchor else address)
	missing += [anchor for anchor in ANCHOR.findall(guide.read_text()) if anchor not in anchors(guide)]
	assert missing == []


def test_every_picture_is_shown_and_can_be_taken_anew():
	shown = {
		Path(address).stem
		for each in guides()
		for address, _ in LINK.findall(each.read_text())
		if "pictures/" in address
	}
	assert {each.stem for each in PICTURES.iterdir()} == shown
	assert shown == {*pictures.PICTURES, *pictures.BY_HAND}


def test_decision_records_are_numbered_one_after_the_other():
	records = sorted((ROOT / "docs" / "decisions").glob("*.md"))
	numbers = [int(each.name[:4]) for each in records]
	assert numbers == list(range(1, len(records) + 1))
	headings = [each.read_text().partition("\n")[0] for each in records]
	wrong = [line for number, line in zip(numbers, headings, strict=True) if f"# {number}. " not in line]
	assert wrong == []
