"""Tests that do the same with many cases: the quick suite takes a few of them, `--full` and CI take all."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from zlib import crc32

import pytest

MARK = "sweep"
"""`@pytest.mark.sweep(5)`: five cases of the function are in the quick suite."""
BROWSER = "tests/browser/"
"""Where one case of each function is, unless its mark says more."""


def leave_some_for_full(items: Sequence[pytest.Item]) -> None:
	"""Mark what the quick suite leaves out as `full`. Which cases it takes depends on the function's name alone."""
	cases: dict[str, list[pytest.Item]] = defaultdict(list)
	for item in items:
		if item.get_closest_marker("full"):
			continue
		if item.get_closest_marker(MARK) or BROWSER in item.nodeid:
			cases[item.nodeid.partition("[")[0]].append(item)
	for function, found in cases.items():
		mark = found[0].get_closest_marker(MARK)
		most = mark.args[0] if mark else 1
		taken = chosen(len(found), most, function)
		for place, item in enumerate(found):
			if place not in taken:
				item.add_marker("full")


def chosen(number: int, most: int, name: str) -> Collection[int]:
	"""The places of `most` of a number of cases, evenly apart, beginning at one that depends on the name."""
	if number <= most:
		return range(number)
	start = crc32(name.encode()) % number
	return {(start + place * number // most) % number for place in range(most)}
