"""cmi5: which statements a session may hold, and in which order (sections 7.1 and 9.3 to 9.6). Pure."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from smooth_lms.courses.scorm.xapi import form, words
from smooth_lms.courses.scorm.xapi.words import RequestRefusedError

JUDGED = frozenset((words.PASSED, words.FAILED))
MASTERY_SCORE = f"{words.EXTENSION}masteryscore"
UTC = re.compile(r"(Z|z|[+-]00:?00)$")
WITH_DURATION = frozenset((words.COMPLETED, words.PASSED, words.FAILED, words.TERMINATED))


@dataclass(frozen=True, slots=True)
class Session:
	"""What is known of a session, and of the registration it belongs to, before a statement."""

	name: str
	activity: str
	registration: str
	publisher_id: str
	"""How the package itself calls the part."""
	mode: str = words.NORMAL
	mastery_score: float | None = None
	"""Scaled."""
	said: Collection[str] = ()
	"""Verbs of cmi5 in this session, the app's own among them."""
	ever: Collection[str] = ()
	"""Verbs of cmi5 about this part in this registration."""


def is_defined(statement: dict[str, Any]) -> bool:
	"""Whether a statement is one of cmi5's own, and not only allowed beside them."""
	return words.CMI5_CATEGORY in _ids(statement, "category")


def check(statement: dict[str, Any], session: Session) -> None:
	"""Refuse what cmi5 does not allow at this point. Raises RequestRefusedError (403)."""
	_check_context(statement, session)
	said = session.said
	if words.ABANDONED in said or words.TERMINATED in said:
		refuse_statement("The session is over.")
	verb = statement["verb"]["id"]
	if _is_judgement(statement, verb) != (words.MOVE_ON_CATEGORY in _ids(statement, "category")):
		refuse_statement(
			"completed, passed and failed of cmi5 have the category moveon, and nothing else has."
		)
	if is_defined(statement):
		_check_defined(statement, verb, session)
	elif words.INITIALIZED not in said:
		refuse_statement("The first statement of a session says initialized.")
	elif verb == words.VOIDED or verb in words.OF_LMS:
		refuse_statement("Content may not say this.")


def _check_context(statement: dict[str, Any], session: Session) -> None:
	context = statement.get("context", {})
	if "id" not in statement or not UTC.search(statement.get("timestamp", "")):
		refuse_statement("cmi5 wants an id with each statement, and a timestamp in UTC.")
	if context.get("registration") != session.registration:
		refuse_statement("The registration is not that of the session.")
	if context.get("extensions", {}).get(words.SESSION) != session.name:
		refuse_statement("The context has no sessionid, or that of another session.")
	if session.publisher_id not in _ids(statement, "grouping"):
		refuse_statement("The context has not what the contextTemplate says.")


def _check_defined(statement: dict[str, Any], verb: str, session: Session) -> None:
	about = statement["object"]
	if about.get("objectType", "Activity") != "Activity" or about.get("id") != session.activity:
		refuse_statement("A statement of cmi5 is about the activity that was launched.")
	if verb not in words.OF_AUTHORS:
		refuse_statement("Content may not say this about its part.")
	if (verb == words.INITIALIZED) == (words.INITIALIZED in session.said):
		refuse_statement("The first statement of a session says initialized, and no other.")
	if session.mode != words.NORMAL and verb not in (words.INITIALIZED, words.TERMINATED):
		refuse_statement("In this launch mode nothing is judged.")
	if verb in session.said or (verb in JUDGED and JUDGED & set(session.said)):
		refuse_statement("This has been said in the session.")
	if verb in (words.COMPLETED, words.PASSED) and verb in session.ever:
		refuse_statement("This has been said in the registration.")
	if verb == words.FAILED and words.PASSED in session.ever:
		refuse_statement("The part has been passed.")
	_check_result(statement, verb, session)


def _check_result(statement: dict[str, Any], verb: str, session: Session) -> None:
	result = statement.get("result", {})
	if verb in WITH_DURATION and "duration" not in result:
		refuse_statement("The result has no duration.")
	if result.get("success") != {words.PASSED: True, words.FAILED: False}.get(verb):
		refuse_statement("success is true for passed, false for failed, and nowhere else.")
	if result.get("completion") != {words.COMPLETED: True}.get(verb):
		refuse_statement("completion is true for completed, and nowhere else.")
	if "score" in result:
		_check_score(result["score"], statement, verb, session)


def _check_score(score: dict[str, Any], statement: dict[str, Any], verb: str, session: Session) -> None:
	if verb not in JUDGED:
		refuse_statement("Only passed and failed have a score.")
	if "raw" in score and not {"min", "max"} <= set(score):
		refuse_statement("A raw score comes with its minimum and maximum.")
	scaled = score.get("scaled")
	if scaled is None:
		return
	if scaled < 0:
		refuse_statement("A scaled score is between 0 and 1.")
	said = statement.get("context", {}).get("extensions", {}).get(MASTERY_SCORE)
	if said != session.mastery_score:
		refuse_statement("The context says another mastery score than the launch data.")
	if session.mastery_score is not None and (scaled >= session.mastery_score) != (verb == words.PASSED):
		refuse_statement("The score does not fit the mastery score.")


def _is_judgement(statement: dict[str, Any], verb: str) -> bool:
	return is_defined(statement) and (verb in JUDGED or verb == words.COMPLETED)


def _ids(statement: dict[str, Any], place: str) -> set[str]:
	return {each.get("id", "") for each in form.activities(statement.get("context"), place)}


def refuse_statement(sentence: str) -> None:
	raise RequestRefusedError(403, sentence)
