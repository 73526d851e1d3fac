"""Readable record names that can stand in an address."""

import re
import unicodedata


def slug(title: str) -> str:
	"""Turn a title into an address part: `New Hire — Week 12` becomes `new-hire-week-12`.

	Accents are dropped, letters of other scripts stay. At most 120 characters, so that a suffix still fits
	into Frappe's 140. A title without a single letter or digit gives an empty string.
	"""
	folded = "".join(
		char for char in unicodedata.normalize("NFKD", title or "") if not unicodedata.combining(char)
	)
	return re.sub(r"[\W_]+", "-", folded.lower()).strip("-")[:120].rstrip("-")
