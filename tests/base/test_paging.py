"""Lists in pages: which one is shown, and what an address may ask for."""

import pytest

from smooth_lms.base import paging


@pytest.mark.parametrize(
	("page", "total", "shown", "pages", "skipped"),
	[(1, 0, 1, 1, 0), (1, 10, 1, 1, 0), (2, 11, 2, 2, 10), (9, 25, 3, 3, 20)],
)
def test_a_page_beyond_the_end_is_the_last_one(page, total, shown, pages, skipped):
	part = paging.part(page, 10, total)
	assert (part.page, part.pages, part.skipped) == (shown, pages, skipped)
	assert part.as_dict() == {"page": shown, "pages": pages, "page_size": 10, "total": total}


def test_what_makes_no_sense_is_left_at_its_default():
	assert paging.asked({}) == {"search": "", "page": 1, "page_size": 24}
	assert paging.asked({"page": "-3", "page_size": "x", "search": None}) == paging.asked({})
	assert paging.asked({"page": "4", "page_size": 10_000})["page_size"] == 50
	assert paging.asked({}, page_size=50)["page_size"] == 50


def test_a_search_is_as_long_as_a_title_and_has_at_most_eight_words():
	asked = paging.asked({"search": "  " + "ab " * 100})
	assert len(asked["search"]) == 140
	assert paging.patterns(asked["search"]) == ["%ab%"] * 8


def test_signs_of_like_are_looked_for_as_they_stand():
	assert paging.patterns(r"50% a_b c\d") == [r"%50\%%", r"%a\_b%", r"%c\\d%"]
