"""Which cases of a sweep the quick suite takes."""

import pytest

from tests.support.sweeps import chosen


@pytest.mark.parametrize(("number", "most"), [(1, 1), (2, 1), (7, 3), (100, 8), (5, 9)])
def test_so_many_cases_are_taken_and_the_same_each_time(number, most):
	taken = set(chosen(number, most, "tests/a.py::test_b"))
	assert len(taken) == min(number, most)
	assert taken <= set(range(number))
	assert taken == set(chosen(number, most, "tests/a.py::test_b"))


def test_functions_take_different_cases():
	"""Else a width or a way in would never be tried."""
	assert {tuple(chosen(2, 1, f"tests/a.py::test_{letter}")) for letter in "abcdefgh"} == {(0,), (1,)}
