"""The questions of quizzes as they are stored, read as a set."""

from collections.abc import Collection
from typing import Any

import frappe

from smooth_lms.base.reads import read_rows

QUESTION = "LMS Question"
FIELDS = ("name", "question", "question_type", "truth", "number", "tolerance", "explanation")
OPTION_FIELDS = ("parent", "option", "is_correct", "feedback")


def questions(names: Collection[str], fields: Collection[str] = ()) -> dict[str, frappe._dict]:
	"""Questions by their names, with FIELDS and `options` (OPTION_FIELDS) in order. Two statements.

	Args: fields, of LMS Question, to read besides.
	"""
	wanted = {"name": tuple(names)}
	found: dict[str, Any] = {
		row.name: frappe._dict(row, options=[]) for row in read_rows(QUESTION, (*FIELDS, *fields), wanted)
	}
	about = {"parenttype": QUESTION, "parent": tuple(names)}
	for row in read_rows("LMS Question Option", OPTION_FIELDS, about, order="`parent`, `idx`"):
		found[row.parent].options.append(row)
	return found
