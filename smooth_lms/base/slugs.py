"""Readable record names that can stand in an address."""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

import frappe

from smooth_lms.base.rows import run_with_rows, select_rows

SERIES_A_STATEMENT = 2_500
SERIES_KEY_LENGTH = 100
"""The column of Frappe's counters is no wider."""
TAKEN_BY_THE_DESK = ("new", "view")
"""Records of these names cannot be opened: their address means something else at the desk."""


def slug(title: str) -> str:
	"""Turn a title into an address part: `New Hire — Week 12` becomes `new-hire-week-12`.

	Accents are dropped, letters of other scripts stay. At most 120 characters, so that a suffix still fits
	into Frappe's 140. A title without a single letter or digit gives an empty string.
	"""
	folded = "".join(
		char for char in unicodedata.normalize("NFKD", title or "") if not unicodedata.combining(char)
	)
	return re.sub(r"[\W_]+", "-", folded.lower()).strip("-")[:120].rstrip("-")


def free_slug(doctype: str, title: str) -> str:
	"""A name for a new record of this title: its slug, with -2, -3, … behind it where others have it already."""
	return free_name(doctype, slug(title) or frappe.generate_hash(length=10))


def free_name(doctype: str, base: str) -> str:
	"""`base`, with -2, -3, … behind it where another record has that name already."""
	name, number = base, 1
	while name in TAKEN_BY_THE_DESK or frappe.db.exists(doctype, name):
		number += 1
		name = f"{base}-{number}"
	return name


def take_numbers(prefixes: Sequence[str]) -> list[int]:
	"""The next number of a series for each prefix, in their order; a prefix may come more than once.

	Uses Frappe's own counters (table Series) and holds their row locks until the transaction ends.
	At most three statements for each 2,500 different prefixes.
	"""
	wanted = Counter(prefixes)
	keys = {prefix: _series_key(prefix) for prefix in wanted}
	last: dict[str, int] = {}
	# one order for everybody, so that two transactions cannot lock each other out
	ordered = sorted(wanted, key=keys.__getitem__)
	for start in range(0, len(ordered), SERIES_A_STATEMENT):
		part = ordered[start : start + SERIES_A_STATEMENT]
		part_keys, steps = [keys[prefix] for prefix in part], [wanted[prefix] for prefix in part]
		run_with_rows(
			"insert into `tabSeries` (`name`, `current`) values ",
			[part_keys, steps],
			" on duplicate key update `current` = `current` + values(`current`)",
		)
		if frappe.db.sql("select row_count()")[0][0] == len(part):  # a counter that was there counts twice
			last.update(zip(part, steps, strict=True))
			continue
		rows = select_rows("Series", ("name", "current"), {"name": part_keys}, lock=True)
		counters = {name.lower(): current for name, current in rows}
		last.update({prefix: counters[keys[prefix].lower()] for prefix in part})
	taken: Counter[str] = Counter()
	numbers = []
	for prefix in prefixes:
		taken[prefix] += 1
		numbers.append(last[prefix] - wanted[prefix] + taken[prefix])
	return numbers


def _series_key(prefix: str) -> str:
	if len(prefix) <= SERIES_KEY_LENGTH:
		return prefix
	return prefix[: SERIES_KEY_LENGTH - 33] + "-" + hashlib.md5(prefix.encode()).hexdigest()
