"""Addresses of a package's files that arrive whatever stands before the site.

The nginx of a bench sends `page.html` to `page`, and `folder/index.html` and `folder/` to `folder`, permanently. So the
pages of packages have an address of their own, with a mark after the ending; what asks for a page under its plain name
is led to that one. Where two files would answer to the same shortened name, links in pages are given the mark at once.
"""

import posixpath
import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

from smooth_lms.courses.scorm import package

CONTENT = "lms-content"
"""Where packages are served, below a site's address."""
PROOF = "~site"
"""Below it, what tells whose site this is: see `host`."""
PAGE = ".html"
INDEX = "/index.html"
MARK = ":"
"""No file of a package has it in its name: see `archive.FORBIDDEN`."""
LINK = re.compile(
	rb"""(\b(?:href|src|action|data)\s*=\s*["']\s*)([^"'<>?#:\\]+\.html)(?=\s*[?#"'])""", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Found:
	"""A file of a package; `address` is the one to be led to first, below the package's folder."""

	path: str
	address: str | None = None


def address_of(path: str) -> str:
	"""The address of a file, below its package's folder. Args: path, with slashes."""
	return quote(path) + (MARK if path.endswith(PAGE) else "")


def start_of(part) -> str:
	"""The address that a part of a package starts with, below the package's folder. Args: part, a row of its parts."""
	return f"{address_of(part.href)}{part.parameters or ''}"


def find(folder: str, path: str, *, wants_page: bool = False) -> Found | None:
	"""What a package has for an address; None for nothing.

	Args: folder, of the package; path, untrusted, below it; wants_page, whether a browser means to show it as a page:
	then a page comes before a file without an ending.
	"""
	if path.endswith(PAGE + MARK):
		plain = path[: -len(MARK)]
		found = package.file_path(folder, plain) or package.meant_path(folder, plain)
		return Found(found) if found else None
	exact = package.file_path(folder, path)
	if exact and (not wants_page or path.endswith(PAGE)):
		return Found(exact)
	for page in _pages(path.rstrip("/")):
		if found := package.file_path(folder, page):
			return Found(found, address_of(page))
	meant = exact or package.meant_path(folder, path)
	return Found(meant) if meant else None


def with_clear_links(page: bytes, folder: str, path: str) -> bytes:
	"""A page whose links to files that share a shortened name cannot be mistaken.

	Args: page, its bytes; folder, of the package; path, of the page inside it.
	"""

	def marked(link: re.Match[bytes]) -> bytes:
		target = unquote(link[2].decode("utf-8", "replace"))
		target = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
		return link[1] + link[2] + (MARK.encode() if _is_shared(folder, target) else b"")

	return LINK.sub(marked, page)


def _pages(short: str) -> list[str]:
	"""The pages that nginx sends to a shortened name, in the order in which they are looked for."""
	return [short + PAGE, short + INDEX] if short else [INDEX[1:]]


def _is_shared(folder: str, path: str) -> bool:
	"""Whether other files of a package answer to the name that is left of a page's."""
	short = path.removesuffix(INDEX) if path.endswith(INDEX) else path.removesuffix(PAGE)
	if path == INDEX[1:]:
		return False
	others = {short, *_pages(short)} - {path}
	return any(package.file_path(folder, other) for other in others)
