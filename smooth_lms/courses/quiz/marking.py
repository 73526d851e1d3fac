"""Marking an answer against its sheet entry: pure functions, no database."""

import math
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from smooth_lms.base.numbers import share
from smooth_lms.courses.quiz.sheet import MULTIPLE, NUMBER, SINGLE, TEXT, TRUTH, Entry

LONGEST_ANSWER = 500
TRUTHS = ("True", "False")


def accepted(entry: Entry, given: Any) -> Any:
	"""An untrusted answer as it is kept: of the right shape, an offered option, not too long; None if nothing."""
	offered = [option["id"] for option in entry["options"]]
	if entry["type"] == MULTIPLE:
		chosen = given if isinstance(given, list) else [given]
		return [each for each in offered if each in chosen] or None
	if isinstance(given, list):
		given = given[0] if given else None
	text = str(given).strip()[:LONGEST_ANSWER] if isinstance(given, str | int | float) else ""
	if entry["type"] == SINGLE:
		return text if text in offered else None
	if entry["type"] == TRUTH:
		return text if text in TRUTHS else None
	return text or None


def is_correct(entry: Entry, answer: Any) -> bool:
	"""Whether an accepted answer is right. All and only the right options of a multiple choice count."""
	if answer is None:
		return False
	key, kind = entry["key"], entry["type"]
	if kind == SINGLE:
		return answer in key
	if kind == MULTIPLE:
		return sorted(answer) == sorted(key)
	if kind == TRUTH:
		return answer == key
	if kind == TEXT:
		return folded(answer) in {folded(each) for each in key}
	value = number(answer)
	return value is not None and abs(value - key) <= entry["tolerance"] + 1e-9


def number(text: str) -> float | None:
	"""The number that somebody typed, with a decimal point or comma; None if it is none."""
	cleaned = "".join(text.split()).replace("−", "-")
	if cleaned.count(",") == 1 and "." not in cleaned:
		cleaned = cleaned.replace(",", ".")
	try:
		value = float(cleaned)
	except ValueError:
		return None
	return value if math.isfinite(value) else None


def folded(text: str) -> str:
	"""A short text without what should not matter: case, width of letters, doubled blanks, a final full stop."""
	return " ".join(unicodedata.normalize("NFKC", text).casefold().split()).rstrip(".")


def total(entries: Sequence[Entry], answers: Mapping[str, Any]) -> tuple[float, float]:
	"""The marks reached and the marks there were. Answers are keyed by the number of the entry, from "0"."""
	reached = sum(e["marks"] for i, e in enumerate(entries) if is_correct(e, answers.get(str(i))))
	return reached, sum(entry["marks"] for entry in entries)


def result(reached: float, out_of: float, passed_at: float) -> tuple[float, bool]:
	"""Marks in percent with two decimals, and whether that passes.

	What is shown is what counts: two of three are 66.67 %, and pass where 66.67 % are wanted.
	"""
	percentage = share(reached, out_of)
	return percentage, percentage >= round(passed_at, 2)


def in_words(entry: Entry, answer: Any) -> str:
	"""An answer as people read it."""
	if answer is None:
		return ""
	if entry["type"] in (SINGLE, MULTIPLE):
		texts = {option["id"]: option["text"] for option in entry["options"]}
		return "\n".join(texts[each] for each in (answer if isinstance(answer, list) else [answer]))
	return str(answer)


def key_in_words(entry: Entry) -> str:
	"""The right answer as people read it."""
	if entry["type"] in (SINGLE, MULTIPLE):
		return in_words(entry, entry["key"])
	if entry["type"] == TEXT:
		return "\n".join(entry["key"])
	if entry["type"] == NUMBER:
		return number_in_words(entry["key"], entry["tolerance"])
	return str(entry["key"])


def number_in_words(value: float, tolerance: float) -> str:
	"""A number with how far an answer may be off it: `4 ± 0.5`."""
	return f"{value:g} ± {tolerance:g}" if tolerance else f"{value:g}"
