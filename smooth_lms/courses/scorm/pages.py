"""Puts the run-time into the pages of SCORM packages. No database, no request."""

import re
from collections.abc import Callable

HEAD = re.compile(rb"<head\b[^>]*>", re.IGNORECASE)
DOCTYPE = re.compile(rb"\A\s*(<\?xml[^>]*>\s*)?<!doctype[^>]*>", re.IGNORECASE)


def with_runtime(page: bytes, runtime: str, mend: Callable[[bytes], bytes] = bytes) -> bytes:
	"""The page of a package with the run-time's scripts before its own. Args: mend, what else to do to it."""
	for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
		if page.startswith(mark):
			text = with_runtime(page[2:].decode(encoding, "replace").encode(), runtime, mend)
			return mark + text.decode().encode(encoding)
	page = mend(page)
	place = HEAD.search(page, 0, 65_536) or DOCTYPE.search(page)
	at = place.end() if place else 0
	return page[:at] + runtime.encode("ascii") + page[at:]
