"""When a part of a package is done, whatever standard it follows: the one rule, as plain values. No database."""

from dataclasses import dataclass, replace
from typing import Any

COMPLETED, INCOMPLETE, PASSED, FAILED = "completed", "incomplete", "passed", "failed"
BY_COMPLETED, BY_PASSED, BY_SCORE = "Completed", "Passed", "Score"
"""The lesson's setting for parts without a mastery score."""
NOT_APPLICABLE = "NotApplicable"
MOVE_ON = ("Passed", "Completed", "CompletedAndPassed", "CompletedOrPassed", NOT_APPLICABLE)
"""cmi5: what a part may need to be done."""
CMI5 = "cmi5"


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
	move_on: str = ""
	"""One of MOVE_ON: then nothing else counts."""


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
	keeps_best = lesson.scorm_kept_score != "Last"
	if version == CMI5:
		return Rule(keeps_best=keeps_best, move_on=getattr(part, "move_on", None) or NOT_APPLICABLE)
	return Rule(
		lesson.scorm_done_by or BY_COMPLETED, lesson.scorm_score or 0, mastery(part, version), keeps_best
	)


def needs_nothing(part: Any) -> bool:
	"""Whether a part of a package counts as done whether it was opened or not. Args: part, with `move_on`."""
	return getattr(part, "move_on", None) == NOT_APPLICABLE


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
	if rule.move_on:
		return _moved_on(before, report, rule)
	now = _after(before, report, rule)
	if now.is_done or report.ended:
		return now
	return replace(now, awaits_end=_after(before, replace(report, ended=True), rule).is_done)


def _after(before: Standing, report: Report, rule: Rule) -> Standing:
	success = PASSED if before.success == PASSED else _success(report, rule)
	completion = before.completion if before.completion == COMPLETED else report.completion
	if success == PASSED:
		completion = COMPLETED
	score = _score(before, report, rule)
	by_score = rule.mastery is None and rule.done_by == BY_SCORE
	kept = before.is_done and (by_score or success != FAILED)
	reached = _is_reached(rule, completion, success, report) and (report.ended or success == PASSED)
	return Standing(completion, success, score, kept or reached)


def _moved_on(before: Standing, report: Report, rule: Rule) -> Standing:
	"""As `follow`, by the words of cmi5: neither completed nor passed follows from the other, and each is said once."""
	completion = before.completion if before.completion == COMPLETED else report.completion
	success = before.success if before.success == PASSED else report.success or before.success
	is_completed, is_passed = completion == COMPLETED, success == PASSED
	met = {
		"Passed": is_passed,
		"Completed": is_completed,
		"CompletedAndPassed": is_completed and is_passed,
		"CompletedOrPassed": is_completed or is_passed,
		NOT_APPLICABLE: True,
	}
	return Standing(completion, success, _score(before, report, rule), before.is_done or met[rule.move_on])


def _score(before: Standing, report: Report, rule: Rule) -> float | None:
	scores = [score for score in (before.score, report.score) if score is not None]
	return (max(scores) if rule.keeps_best else scores[-1]) if scores else None


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
