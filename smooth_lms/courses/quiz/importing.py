"""Questions from a text that somebody pastes: GIFT, Aiken, or one line for each answer. No database.

GIFT is Moodle's, of which choices, true or false, short texts and numbers are read; Aiken knows single choices only.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import unescape

from smooth_lms.courses.quiz.sheet import MULTIPLE, NUMBER, SINGLE, TEXT, TRUTH
from smooth_lms.marked import _

MOST = 500
"""Questions of one text."""
ANSWER = re.compile(r"^ANSWER:\s*([A-Z])\s*$")
LETTER = re.compile(r"^([A-Z])[.)]\s+(\S.*)$")
LINE = re.compile(r"^([*+-])\s*(\S.*)$")
ESCAPED = re.compile(r"\\([~=#{}:\\])")
HIDDEN = re.compile("[\ue000-\ue07f]")
STANDS_FOR = 0xE000
"""Escaped signs of GIFT are read as characters of the private use area, which mean nothing."""
RANGE = re.compile(r"^(-?\d+(?:\.\d+)?)\s*(?:(:|\.\.)\s*(-?\d+(?:\.\d+)?))?$")
UNREADABLE = _("This question cannot be read: see the examples.")


@dataclass
class Found:
	"""A question as it was read.

	Args: line, where it begins; question, plain text; options, rows with `option`, `is_correct` and `feedback`; trouble,
	a sentence marked for translators where it cannot be taken.
	"""

	line: int
	question: str
	question_type: str = SINGLE
	options: list[dict] = field(default_factory=list)
	truth: str = "True"
	number: float = 0
	tolerance: float = 0
	explanation: str = ""
	trouble: str = ""


def parse(text: str) -> list[Found]:
	"""The questions of a text in their order, at most MOST of them."""
	text = text.replace("\r\n", "\n").replace("\r", "\n")
	if re.search(r"(?m)^ANSWER:", text):
		found = _aiken(text)
	elif re.search(r"(?<!\\)\{", text):
		found = _gift(ESCAPED.sub(lambda sign: chr(STANDS_FOR + ord(sign[1])), text))
	else:
		found = _lines(text)
	return [_checked(each) for each, _index in zip(found, range(MOST), strict=False)]


def written(question) -> str:
	"""A question as `parse` reads it. Args: question, an LMS Question."""
	text = _one_line(question.question)
	if question.question_type in (SINGLE, MULTIPLE) and not any(row.feedback for row in question.options):
		rows = [f"{'*' if row.is_correct else '-'} {_one_line(row.option)}" for row in question.options]
		several = sum(1 for row in question.options if row.is_correct) > 1
		lines = "\n".join([text, *rows])
		if several == (question.question_type == MULTIPLE) and not question.explanation and "{" not in lines:
			return lines
	return f"{_escaped(text)} {{{_inside(question)}{_said('####', question.explanation)}}}"


def _inside(question) -> str:
	if question.question_type == TRUTH:
		return question.truth.upper()
	if question.question_type == NUMBER:
		return f"#{question.number:g}:{question.tolerance:g}"
	if question.question_type == TEXT:
		return "".join(f"={_escaped(row.option)}{_said('#', row.feedback)}\n" for row in question.options)
	right = sum(1 for row in question.options if row.is_correct)
	signs = {True: f"~%{100 / right:g}%" if question.question_type == MULTIPLE else "=", False: "~"}
	return "".join(
		f"{signs[bool(row.is_correct)]}{_escaped(row.option)}{_said('#', row.feedback)}\n"
		for row in question.options
	)


def _said(sign: str, text: str | None) -> str:
	return f"{sign}{_escaped(text)}" if text else ""


def _escaped(text: str | None) -> str:
	return re.sub(r"([~=#{}:\\])", r"\\\1", _one_line(text))


def _one_line(html: str | None) -> str:
	"""The words of a text, as they are shown."""
	return " ".join(unescape(re.sub(r"<[^>]*>", " ", html or "")).split())


def _blocks(text: str) -> Iterator[tuple[int, list[str]]]:
	"""What stands between empty lines, with the number of its first line."""
	block: list[str] = []
	for number, line in enumerate([*text.split("\n"), ""], start=1):
		if line.strip():
			block.append(line.strip())
		elif block:
			yield number - len(block), block
			block = []


def _aiken(text: str) -> Iterator[Found]:
	for number, block in _blocks(text):
		answer = ANSWER.match(block[-1])
		options = [LETTER.match(line) for line in block[1:-1]]
		if not answer or not options or not all(options):
			yield Found(number, block[0], trouble=UNREADABLE)
			continue
		right = answer[1]
		rows = [_option(each[2], each[1] == right) for each in options if each]
		yield Found(number, block[0], SINGLE, rows)


def _lines(text: str) -> Iterator[Found]:
	"""A question, then its answers: `* right`, `- wrong`."""
	for number, block in _blocks(text):
		first = next((index for index, line in enumerate(block) if LINE.match(line)), len(block))
		options = [LINE.match(line) for line in block[first:]]
		question = " ".join(block[:first])
		if not question or not options or not all(options):
			yield Found(number, question or block[0], trouble=UNREADABLE)
			continue
		rows = [_option(each[2], each[1] in "*+") for each in options if each]
		yield _choice(number, question, rows)


def _choice(number: int, question: str, rows: list[dict], explanation: str = "") -> Found:
	several = sum(row["is_correct"] for row in rows) > 1
	return Found(number, question, MULTIPLE if several else SINGLE, rows, explanation=explanation)


def _gift(text: str) -> Iterator[Found]:
	lines = ["" if line.lstrip().startswith(("//", "$CATEGORY:")) else line for line in text.split("\n")]
	for number, block in _gift_blocks(lines):
		if "{" in block:
			yield _gift_question(number, block)
			continue
		for found in _lines(HIDDEN.sub(lambda sign: "\\" + _sign(sign), block)):  # both kinds in one text
			found.line += number - 1
			yield found


def _gift_blocks(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
	"""Like `_blocks`, but empty lines between braces belong to the question."""
	block, begins, depth = [], 1, 0
	for number, line in enumerate([*lines, ""], start=1):
		if line.strip() or depth > 0:
			begins = begins if block else number
			block.append(line)
			depth += len(re.findall(r"\{", line)) - len(re.findall(r"\}", line))
		elif block:
			yield begins, "\n".join(block)
			block, depth = [], 0
	if block:
		yield begins, "\n".join(block)


def _gift_question(number: int, block: str) -> Found:
	found = re.fullmatch(r"\s*(?:::.*?::)?(.*?)\{(.*)\}(.*)", block, re.DOTALL)
	if not found:
		return Found(number, _plain(block.strip().split("\n")[0]), trouble=UNREADABLE)
	before, inside, after = (part.strip() for part in found.groups())
	question = _plain(re.sub(r"^\[\w+\]", "", f"{before} _____ {after}" if after else before))
	inside, _marks, explanation = inside.partition("####")
	return _gift_answers(number, question, inside.strip(), _plain(explanation))


def _gift_answers(number: int, question: str, inside: str, explanation: str) -> Found:
	truth = re.fullmatch(r"(T|TRUE|F|FALSE)\s*(?:#.*)?", inside, re.DOTALL)
	if truth:
		said = "True" if truth[1].startswith("T") else "False"
		return Found(number, question, TRUTH, truth=said, explanation=explanation)
	if inside.startswith("#"):
		return _gift_number(
			number, question, inside[1:].lstrip("= \n").partition("#")[0].strip(), explanation
		)
	parts = [part for part in re.split(r"(?=[=~])", inside) if part.strip()]
	if not parts or not all(part[0] in "=~" for part in parts) or "->" in inside:
		return Found(number, question, trouble=UNREADABLE)
	rows = [_gift_option(part) for part in parts]
	if all(part[0] == "=" for part in parts):
		return Found(number, question, TEXT, rows, explanation=explanation)
	return _choice(number, question, rows, explanation)


def _gift_option(part: str) -> dict:
	text, _mark, feedback = part[1:].partition("#")
	weight = re.match(r"\s*%(-?\d+(?:\.\d+)?)%", text)
	is_correct = part[0] == "=" or bool(weight and float(weight[1]) > 0)
	return _option(_plain(text[weight.end() :] if weight else text), is_correct, _plain(feedback))


def _gift_number(number: int, question: str, said: str, explanation: str) -> Found:
	found = RANGE.match(said)
	if not found:
		return Found(number, question, trouble=UNREADABLE)
	first, how, second = float(found[1]), found[2], float(found[3] or 0)
	if how == "..":
		first, second = (first + second) / 2, abs(second - first) / 2
	return Found(number, question, NUMBER, number=first, tolerance=second, explanation=explanation)


def _option(text: str, is_correct: bool, feedback: str = "") -> dict:
	return {"option": text.strip(), "is_correct": int(is_correct), "feedback": feedback}


def _plain(text: str) -> str:
	return " ".join(HIDDEN.sub(_sign, text).split())


def _sign(hidden: re.Match) -> str:
	return chr(ord(hidden[0]) - STANDS_FOR)


def _checked(found: Found) -> Found:
	"""With a sentence where the answers do not make a question."""
	answers = [row["option"].casefold() for row in found.options]
	right = sum(row["is_correct"] for row in found.options)
	if found.trouble:
		pass
	elif not found.question:
		found.trouble = _("The question has no text.")
	elif not all(answers) or len(set(answers)) < len(answers):
		found.trouble = _("An answer is empty or there twice.")
	elif found.question_type in (SINGLE, MULTIPLE) and len(answers) < 2:
		found.trouble = _("Enter at least two answers to choose from.")
	elif found.question_type in (SINGLE, MULTIPLE) and not right:
		found.trouble = _("No answer is marked as right.")
	return found
