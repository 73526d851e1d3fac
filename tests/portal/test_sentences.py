"""What refusals say on pages: the sentence as it is meant, with titles as they are called."""

import re
from pathlib import Path

import pytest

from smooth_lms.exceptions import Refusal
from smooth_lms.portal.answers import as_text
from tests.support.server import CHECKOUT

SOURCES = sorted(Path(CHECKOUT, "smooth_lms").rglob("*.py"))


@pytest.mark.parametrize("title", ["Q&A", "Less <3 more", "a < b > c", "<b>bold</b>", "“Why?”"])
def test_a_title_in_a_refusal_is_shown_as_it_is_called(title):
	class Told(Refusal):
		sentence = "Complete {title} first."

	assert as_text(Told(title=title)) == f"Complete {title} first."


def test_marks_of_the_desk_are_left_out():
	assert as_text("<strong>A&amp;B</strong> is full.") == "A&B is full."


def test_no_page_shows_a_refusal_as_the_desk_draws_it():
	pages = [path for path in SOURCES if "portal" in path.parts and path.name != "answers.py"]
	found = [
		path.name
		for path in pages
		if re.search(r"str\((refusal|error|refused)\)|unescape_html", path.read_text())
	]
	assert found == []


def test_no_refusal_is_escaped_twice():
	"""`Refusal.text` lets no tag begin."""
	assert [path.name for path in SOURCES if re.search(r"escape_html\(\w+\.text\)", path.read_text())] == []
