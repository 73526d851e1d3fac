"""When a part of a SCORM package is done: the one rule, as plain values. No database."""

from dataclasses import dataclass, replace
from typing import Any

COMPLETED, INCOMPLETE, PASSED, FAILED = "completed", "incomplete", "passed", "failed"
BY_COMPLETED, BY_PASSED, BY_SCORE = "Completed", "Passed", "Score"
"""The lesson's setting for parts without a mastery score."""


@dataclass(frozen=True, slots=True)
class Rule:
	"""What a part needs to be done."""

	done_by: str = BY_COMPLETED
	score: float = 0
	"""In percent, for BY_SCORE."""
	mastery: float | None = None
	"""The part's own mastery score in percent; with one, done means passed."""
	keeps_best: bool = True
	"""Whether of several scores the best one counts, or the last."""


@dataclass(frozen=True, slots=True)
class Report:
	"""What a part has said in one commit."""

	completion: str = ""
	success: str = ""
	score: float | None = None
	"""In percent."""
	measure: float | None = None
	"""What the mastery score is compared with: the raw score of SCORM 1.2, the scaled one of SCORM 2004 in percent."""
	ended: bool = True
	"""Whether the learner has left the part with it; otherwise it is a save on the way."""


@dataclass(frozen=True, slots=True)
class Standing:
	"""Where a part stands."""

	completion: str = ""
	success: str = ""
	score: float | None = None
	is_done: bool = False
	awaits_end: bool = False
	"""It would be done if the learner left it now."""


def rule_of(lesson: Any, part: Any, version: str) -> Rule:
	"""The rule for a part. Args: lesson, with `scorm_done_by` and `scorm_score`; part, with `mastery_score`."""
	return Rule(
		lesson.scorm_done_by or BY_COMPLETED,
		lesson.scorm_score or 0,
		mastery(part, version),
		lesson.scorm_kept_score != "Last",
	)


def mastery(part: Any, version: str) -> float | None:
	"""The mastery score of a part in percent; None where it has none, or one that everybody reaches."""
	try:
		value = float(getattr(part, "mastery_score", None))
	except (TypeError, ValueError):
		return None
	value = value if version == "1.2" else value * 100
	return min(value, 100.0) if value > 0 else None  # not a number is not above zero


def follow(before: Standing, report: Report, rule: Rule) -> Standing:
	"""Where a part stands after a commit.

	Passed stays passed and completed stays completed, whatever is tried again. A save on the way can pass a part, and
	nothing else makes it done before the learner leaves: `completed` may be followed by a failed test, a score by a
	lower one. A part that was done without being passed is no longer done once it reports that it was failed.
	"""
	now = _after(before, report, rule)
	if now.is_done or report.ended:
		return now
	return replace(now, awaits_end=_after(before, replace(report, ended=True), rule).is_done)


def _after(before: Standing, report: Report, rule: Rule) -> Standing:
	success = PASSED if before.success == PASSED else _success(report, rule)
	completion = before.completion if before.completion == COMPLETED else report.completion
	if success == PASSED:
		completion = COMPLETED
	scores = [score for score in (before.score, report.score) if score is not None]
	score = (max(scores) if rule.keeps_best else scores[-1]) if scores else None
	by_score = rule.mastery is None and rule.done_by == BY_SCORE
	kept = before.is_done and (by_score or success != FAILED)
	reached = _is_reached(rule, completion, success, report) and (report.ended or success == PASSED)
	return Standing(completion, success, score, kept or reached)


def _success(report: Report, rule: Rule) -> str:
	"""The package's word; where there is a mastery score and a score it is those that count, as SCORM wants it."""
	if rule.mastery is None or report.measure is None:
		return report.success
	if report.measure < rule.mastery:
		return FAILED if report.success == PASSED else report.success
	return PASSED if report.ended else report.success


def _is_reached(rule: Rule, completion: str, success: str, report: Report) -> bool:
	if rule.mastery is not None or rule.done_by == BY_PASSED:
		return success == PASSED
	if rule.done_by == BY_SCORE:
		return report.score is not None and report.score >= rule.score
	return success == PASSED or (completion == COMPLETED and success != FAILED)
