"""Drawing and marking: pure functions."""

import json
import random

import pytest

from smooth_lms.courses.quiz import marking, sheet
from smooth_lms.courses.quiz.sheet import MULTIPLE, NUMBER, SINGLE, TEXT, TRUTH

OPTIONS = [
	{"option": "Extinguisher", "is_correct": 1, "feedback": ""},
	{"option": "Petrol", "is_correct": 0, "feedback": "That burns."},
	{"option": "Blanket", "is_correct": 1, "feedback": ""},
]


def question(kind: str, **values):
	return {"question_type": kind, "question": "<p>What helps?</p>", "explanation": "Because.", **values}


def entry(kind: str, **values):
	rows = [{"question": "Q", "marks": 2, "pool": ""}]
	return sheet.draw(
		rows,
		{"Q": question(kind, **values)},
		{},
		shuffle_questions=False,
		shuffle_options=False,
		lot=random.Random(1),
	)[0]


@pytest.mark.parametrize(
	("made", "given", "right"),
	[
		(entry(SINGLE, options=OPTIONS[:2]), "0", True),
		(entry(SINGLE, options=OPTIONS[:2]), "1", False),
		(entry(SINGLE, options=OPTIONS[:2]), "7", False),
		(entry(SINGLE, options=OPTIONS[:2]), ["0"], True),
		(entry(SINGLE, options=OPTIONS[:2]), None, False),
		(entry(MULTIPLE, options=OPTIONS), ["0", "2"], True),
		(entry(MULTIPLE, options=OPTIONS), ["2", "0", "2"], True),
		(entry(MULTIPLE, options=OPTIONS), ["0"], False),
		(entry(MULTIPLE, options=OPTIONS), ["0", "1", "2"], False),
		(entry(MULTIPLE, options=OPTIONS), [], False),
		(entry(TRUTH, truth="False"), "False", True),
		(entry(TRUTH, truth="False"), "True", False),
		(entry(TRUTH, truth="False"), "0", False),
		(entry(TEXT, options=[{"option": "Fire  Blanket"}]), " fire blanket. ", True),
		(entry(TEXT, options=[{"option": "Straße"}]), "STRASSE", True),
		(entry(TEXT, options=[{"option": "water"}]), "waters", False),
		(entry(NUMBER, number=3.14, tolerance=0.01), "3,14", True),
		(entry(NUMBER, number=3.14, tolerance=0.01), "3.15", True),
		(entry(NUMBER, number=3.14, tolerance=0.01), "3.16", False),
		(entry(NUMBER, number=-2, tolerance=0), "−2", True),
		(entry(NUMBER, number=0, tolerance=0), "nan", False),
		(entry(NUMBER, number=0, tolerance=0), "inf", False),
		(entry(NUMBER, number=0, tolerance=0), {"a": 1}, False),
	],
)
def test_marking(made, given, right):
	answer = marking.accepted(made, given)
	assert marking.is_correct(made, answer) is right


@pytest.mark.parametrize("kind", [SINGLE, MULTIPLE, TRUTH, TEXT, NUMBER])
def test_what_is_shown_tells_nothing_of_the_answer(kind):
	made = entry(kind, options=OPTIONS, truth="True", number=4711, tolerance=0.5)
	shown = json.dumps(sheet.shown(made))
	for secret in ("key", "is_correct", "Because", "That burns", "4711", "tolerance", "feedback"):
		assert secret not in shown
	if kind == TEXT:
		assert "Extinguisher" not in shown


def test_pools_draw_as_many_as_they_say_and_always_ask_the_others():
	rows = [{"question": f"Q{n}", "marks": 1, "pool": "P" if n else ""} for n in range(6)]
	questions = {f"Q{n}": question(TRUTH, truth="True") for n in range(6)}
	seen = set()
	for seed in range(40):
		drawn = sheet.draw(
			rows,
			questions,
			{"P": 2},
			shuffle_questions=True,
			shuffle_options=True,
			lot=random.Random(seed),
		)
		names = [each["question"] for each in drawn]
		assert len(names) == len(set(names)) == 3
		assert "Q0" in names
		seen.update(names)
	assert seen == set(questions)


@pytest.mark.parametrize(
	("reached", "out_of", "passed_at", "expected"),
	[
		(2, 3, 66.67, (66.67, True)),
		(2, 3, 66.68, (66.67, False)),
		(2, 3, 70, (66.67, False)),
		(7, 10, 70, (70, True)),
		(29, 200, 14.5, (14.5, True)),
		(0, 0, 50, (0, False)),
	],
)
def test_what_is_shown_of_a_result_is_what_counts(reached, out_of, passed_at, expected):
	assert marking.result(reached, out_of, passed_at) == expected


def test_answers_are_cut_to_a_length():
	assert len(marking.accepted(entry(TEXT, options=[{"option": "x"}]), "y" * 10_000)) == 500
