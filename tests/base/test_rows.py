"""Writing and reading many values at once gives back exactly what was written."""

from datetime import date, datetime, timedelta

import pytest

import frappe

from smooth_lms.base.rows import insert_rows, select_rows
from smooth_lms.base.slugs import take_numbers

TEXTS = (
	"plain",
	"it's \"quoted\" \\ back\\'slashed",
	"100 % of %s and %(name)s",
	"ifnull(a, b) and IFNULL( and ifnull\\(",
	"\u0131fnull(a)",
	"a\x1fb",
	"line\nbreak\r\ttab \x1a",
	"');drop table `tabToDo`;-- ",
	"السلامة 測試 🙂",
	"",
)


def written(texts) -> list[str]:
	names = insert_rows("ToDo", ("description", "status"), [(text, "Open") for text in texts])
	found = dict(select_rows("ToDo", ("name", "description"), {"name": names}))
	return [found[name] for name in names]


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_comes_back_as_it_was(text):
	assert written([text, "other"]) == [text, "other"]
	assert written([text, text]) == [text, text]
	assert written([text, None]) == [text, None]


def test_all_of_them_at_once():
	assert written(TEXTS) == list(TEXTS)
	without = [text for text in TEXTS if "\x1f" not in text]
	assert written([*without, None]) == [*without, None]


@pytest.mark.parametrize("text", [text for text in TEXTS if text])
def test_is_found_by_such_a_text(text):
	text = f"{frappe.generate_hash()} {text}"
	names = insert_rows("ToDo", ("description",), [(text,), ("other",)])
	assert select_rows("ToDo", ("name",), {"description": [text, "nobody has this"]}) == ((names[0],),)
	assert select_rows("ToDo", ("name",), None, {"description": text}) == ((names[0],),)
	assert select_rows("ToDo", ("name",), None, {"description": (text,)}) == ((names[0],),)


def test_numbers_and_dates_come_back_as_they_were():
	days = [date(2026, 1, 31), None, date(2028, 2, 29)]
	names = insert_rows("ToDo", ("date", "description"), [(day, "x") for day in days])
	assert [dict(select_rows("ToDo", ("name", "date"), {"name": names}))[name] for name in names] == days
	moments = [datetime(2026, 3, 29, 2, 30, 0, 123456), datetime(2026, 3, 29, 2, 30)]
	names = insert_rows(
		"LMS Enrollment", ("completed_on", "attempt", "progress"), [(m, 3, 0.5) for m in moments]
	)
	rows = select_rows(
		"LMS Enrollment", ("completed_on", "attempt", "progress"), {"name": names}, order="completed_on"
	)
	assert rows == ((moments[1], 3, 0.5), (moments[0], 3, 0.5))
	text = select_rows("LMS Enrollment", ("completed_on",), {"name": names[:1]}, as_text=("completed_on",))
	assert text == (("2026-03-29 02:30:00.123456",),)


def test_nothing_is_among_nothing():
	assert select_rows("ToDo", ("name",), {"name": []}) == ()
	assert select_rows("ToDo", ("name",), None, {"name": ()}) == ()


def test_what_it_cannot_write_it_refuses():
	with pytest.raises(TypeError, match="timedelta cannot be written in bulk"):
		insert_rows("ToDo", ("description",), [(timedelta(1),), ("x",)])


def test_numbers_of_new_and_known_series_are_told_apart():
	new, known = (f"{frappe.generate_hash()}-" for _ in range(2))
	assert take_numbers([known, known]) == [1, 2]
	assert take_numbers([new, known, new, known]) == [1, 3, 2, 4]
	assert take_numbers([new]) == [3]
