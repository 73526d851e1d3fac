"""The sheet of one attempt: which questions are asked in which order, and what counts as right. No database.

A sheet is drawn when an attempt starts and kept with it, so that later changes of a question change no attempt.
`shown` is the only part of it that may leave the server before the attempt is submitted.
"""

import random
from collections.abc import Mapping, Sequence
from typing import Any

SINGLE, MULTIPLE, TRUTH, TEXT, NUMBER = (
	"Single Choice",
	"Multiple Choice",
	"True or False",
	"Short Text",
	"Number",
)

Entry = dict[str, Any]
"""question, type, text (HTML), marks, options [{id, text}], key, tolerance, explanation, feedback {id: text}."""


def draw(
	rows: Sequence[Mapping[str, Any]],
	questions: Mapping[str, Mapping[str, Any]],
	pools: Mapping[str, int],
	*,
	shuffle_questions: bool,
	shuffle_options: bool,
	lot: random.Random,
) -> list[Entry]:
	"""The questions of one attempt.

	Args:
	        rows: the quiz's rows in order, each with question, marks and pool ("" = always asked).
	        questions: by name: question_type, question, options, truth, number, tolerance, explanation.
	        pools: how many to draw of each pool.
	        shuffle_questions, shuffle_options: whether the order is drawn by lot.
	        lot: where chance comes from.
	"""
	drawn: set[int] = {index for index, row in enumerate(rows) if not row["pool"]}
	for pool, number in pools.items():
		members = [index for index, row in enumerate(rows) if row["pool"] == pool]
		drawn.update(lot.sample(members, min(number, len(members))))
	asked = [rows[index] for index in sorted(drawn)]
	if shuffle_questions:
		lot.shuffle(asked)
	return [_entry(row, questions[row["question"]], shuffle_options, lot) for row in asked]


def shown(entry: Entry) -> dict[str, Any]:
	"""What a learner may see of a question before the attempt is submitted: nothing that tells the answer."""
	return {
		"type": entry["type"],
		"text": entry["text"],
		"marks": entry["marks"],
		"options": entry["options"],
	}


def _entry(
	row: Mapping[str, Any], question: Mapping[str, Any], shuffle_options: bool, lot: random.Random
) -> Entry:
	kind = question["question_type"]
	entry: Entry = {
		"question": row["question"],
		"type": kind,
		"text": question["question"],
		"marks": row["marks"],
		"options": [],
		"explanation": question.get("explanation") or "",
		"feedback": {},
	}
	offered = list(question.get("options") or [])
	if kind in (SINGLE, MULTIPLE):
		if shuffle_options:
			lot.shuffle(offered)
		entry["options"] = [{"id": str(i), "text": each["option"]} for i, each in enumerate(offered)]
		entry["key"] = [str(i) for i, each in enumerate(offered) if each["is_correct"]]
		entry["feedback"] = {str(i): each["feedback"] for i, each in enumerate(offered) if each["feedback"]}
	elif kind == TRUTH:
		entry["key"] = question["truth"]
	elif kind == TEXT:
		entry["key"] = [each["option"] for each in offered]
	else:
		entry["key"], entry["tolerance"] = question["number"], question.get("tolerance") or 0
	return entry
