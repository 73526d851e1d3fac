"""What the pages with a list share."""

from collections.abc import Callable, Mapping
from typing import Any


def other_pages(found: Mapping[str, Any], address: Callable[..., str]) -> dict[str, Any]:
	"""What the macro `other_pages` takes: `page_number, pages, before, after`.

	Args:
	        found: with `page` and `pages`, see `base/paging.py`.
	        address: makes the address of a page of the list.
	"""
	page, pages = found["page"], found["pages"]
	return {
		"page_number": page,
		"pages": pages,
		"before": address(page=page - 1) if page > 1 else None,
		"after": address(page=page + 1) if page < pages else None,
	}
