"""Lists in pages: what an address may ask for, and which part of a list that is."""

from dataclasses import dataclass
from typing import Any

from frappe.utils import cint

from smooth_lms.base.sql import containing

PAGE_SIZE, LARGEST_PAGE = 24, 50
LONGEST_SEARCH, MOST_WORDS = 140, 8


@dataclass(frozen=True, slots=True)
class Part:
	"""One page of a list."""

	page: int
	"""Counted from 1; the last one where more was asked for."""
	pages: int
	page_size: int
	total: int

	@property
	def skipped(self) -> int:
		"""How many entries come before it."""
		return (self.page - 1) * self.page_size

	def as_dict(self) -> dict[str, int]:
		"""`page, pages, page_size, total`."""
		return {name: getattr(self, name) for name in ("page", "pages", "page_size", "total")}


def part(page: int, page_size: int, total: int) -> Part:
	"""The page of a list with `total` entries that is meant by `page`."""
	pages = max(-(-total // page_size), 1)
	return Part(min(page, pages), pages, page_size, total)


def asked(
	values: dict[str, Any], *, page_size: int = PAGE_SIZE, largest: int = LARGEST_PAGE
) -> dict[str, Any]:
	"""What untrusted values ask a list for: `search`, `page` and `page_size`; what makes no sense is left at its default."""
	return {
		"search": text(values.get("search")),
		"page": max(cint(values.get("page")), 1),
		"page_size": min(max(cint(values.get("page_size")) or page_size, 1), largest),
	}


def text(value: Any) -> str:
	"""A text that somebody typed to find something."""
	return str(value or "").strip()[:LONGEST_SEARCH]


def patterns(search: str) -> list[str]:
	"""The patterns of LIKE for the words of a search, each of which has to be found."""
	return [containing(word) for word in search.split()[:MOST_WORDS]]
