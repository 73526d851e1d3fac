"""Whether a statement is one: the rules of xAPI 1.0.3 for its parts. Pure: no database, no request."""

import re
from datetime import datetime, timezone
from typing import Any

from smooth_lms.courses.scorm.cmi5_xml import IRI
from smooth_lms.courses.scorm.xapi.identity import UUID
from smooth_lms.courses.scorm.xapi.words import RequestRefusedError

PROPERTIES = frozenset(
	[
		"id",
		"actor",
		"verb",
		"object",
		"result",
		"context",
		"timestamp",
		"stored",
		"authority",
		"version",
		"attachments",
	]
)
RESULT = frozenset(["score", "success", "completion", "response", "duration", "extensions"])
CONTEXT = frozenset(
	[
		"registration",
		"instructor",
		"team",
		"contextActivities",
		"revision",
		"platform",
		"language",
		"statement",
		"extensions",
	]
)
AROUND = frozenset(["parent", "grouping", "category", "other"])
OBJECTS = frozenset(["Activity", "Agent", "Group", "StatementRef", "SubStatement"])
DURATION = re.compile(
	r"P(?:(?P<years>\d+(?:\.\d+)?)Y)?(?:(?P<months>\d+(?:\.\d+)?)M)?(?:(?P<weeks>\d+(?:\.\d+)?)W)?"
	r"(?:(?P<days>\d+(?:\.\d+)?)D)?"
	r"(?:T(?:(?P<hours>\d+(?:\.\d+)?)H)?(?:(?P<minutes>\d+(?:\.\d+)?)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?"
)
SECONDS = {
	"years": 31_536_000,
	"months": 2_592_000,
	"weeks": 604_800,
	"days": 86_400,
	"hours": 3_600,
	"minutes": 60,
	"seconds": 1,
}
LONGEST = 1_000
"""Characters of an identifier."""


def check(statement: Any) -> None:
	"""Refuse what is no statement. Raises RequestRefusedError (400)."""
	require_form(isinstance(statement, dict), "A statement is a JSON object.")
	_only(statement, PROPERTIES, "statement")
	require_form(not _has_null(statement), "A statement has no properties that are null.")
	if "id" in statement:
		require_form(_is_uuid(statement["id"]), "The id of a statement is a UUID.")
	require_form(isinstance(statement.get("actor"), dict), "A statement has an actor.")
	verb = statement.get("verb")
	require_form(isinstance(verb, dict) and is_iri(verb.get("id")), "The verb of a statement has an IRI.")
	_language_map(verb.get("display", {}), "verb.display")
	check_object(statement.get("object"))
	check_result(statement.get("result", {}))
	check_context(statement.get("context", {}))
	for field in ("timestamp", "stored"):
		require_form(
			field not in statement or moment(statement[field]) is not None, f"{field} is a time of ISO 8601."
		)
	version = statement.get("version", "1.0")
	require_form(
		isinstance(version, str) and version.startswith("1.0"), "The version of a statement is 1.0.x."
	)


def check_object(found: Any) -> None:
	"""Refuse what no statement can be about. Raises RequestRefusedError (400)."""
	require_form(isinstance(found, dict), "A statement has an object.")
	kind = found.get("objectType", "Activity")
	require_form(isinstance(kind, str) and kind in OBJECTS, "The objectType is one that xAPI knows.")
	if kind == "Activity":
		require_form(is_iri(found.get("id")), "The id of an activity is an IRI.")
		definition = found.get("definition", {})
		require_form(isinstance(definition, dict), "The definition of an activity is a JSON object.")
		for field in ("name", "description"):
			_language_map(definition.get(field, {}), f"definition.{field}")
	elif kind == "StatementRef":
		require_form(_is_uuid(found.get("id")), "A StatementRef has the UUID of a statement.")


def check_result(result: Any) -> None:
	"""Refuse what is no result. Raises RequestRefusedError (400)."""
	require_form(isinstance(result, dict), "A result is a JSON object.")
	_only(result, RESULT, "result")
	for field in ("success", "completion"):
		require_form(
			field not in result or isinstance(result[field], bool), f"result.{field} is true or false."
		)
	require_form(
		"response" not in result or isinstance(result["response"], str), "result.response is a text."
	)
	if "duration" in result:
		require_form(seconds(result["duration"]) is not None, "result.duration is a duration of ISO 8601.")
	score = result.get("score", {})
	require_form(isinstance(score, dict), "A score is a JSON object.")
	_only(score, frozenset(("scaled", "raw", "min", "max")), "score")
	for field, value in score.items():
		require_form(_is_number(value), f"score.{field} is a number.")
	require_form(-1 <= score.get("scaled", 0) <= 1, "score.scaled is between -1 and 1.")
	lowest, highest = score.get("min"), score.get("max")
	raw = score.get("raw")
	require_form(lowest is None or highest is None or lowest < highest, "score.min is less than score.max.")
	require_form(raw is None or lowest is None or raw >= lowest, "score.raw is at least score.min.")
	require_form(raw is None or highest is None or raw <= highest, "score.raw is at most score.max.")


def check_context(context: Any) -> None:
	"""Refuse what is no context. Raises RequestRefusedError (400)."""
	require_form(isinstance(context, dict), "A context is a JSON object.")
	_only(context, CONTEXT, "context")
	if "registration" in context:
		require_form(_is_uuid(context["registration"]), "context.registration is a UUID.")
	require_form(isinstance(context.get("extensions", {}), dict), "context.extensions is a JSON object.")
	around = context.get("contextActivities", {})
	require_form(isinstance(around, dict), "context.contextActivities is a JSON object.")
	_only(around, AROUND, "contextActivities")
	for each in around:
		for activity in activities(context, each):
			require_form(isinstance(activity, dict), f"contextActivities.{each} has activities.")
			check_object(activity)


def activities(context: Any, place: str) -> list[Any]:
	"""The activities at a place of a context, which may be one or several. Args: place, one of AROUND."""
	around = context.get("contextActivities") if isinstance(context, dict) else None
	found = around.get(place, []) if isinstance(around, dict) else []
	return found if isinstance(found, list) else [found]


def seconds(duration: Any) -> float | None:
	"""How long a duration of ISO 8601 is; None for what is none."""
	found = DURATION.fullmatch(duration) if isinstance(duration, str) and len(duration) < 60 else None
	parts = {name: float(value) for name, value in found.groupdict().items() if value} if found else {}
	return sum(value * SECONDS[name] for name, value in parts.items()) if parts else None


def moment(text: Any) -> datetime | None:
	"""A time of ISO 8601, in UTC; None for what is none. One without a zone is taken for UTC."""
	if not isinstance(text, str) or not re.match(r"\d{4}-\d{2}-\d{2}[T ]", text):
		return None
	# Python 3.10 takes three or six digits, and no Z
	text = re.sub(r"\.(\d+)", lambda found: "." + found[1][:6].ljust(6, "0"), text)
	text = re.sub(r"[Zz]$", "+00:00", text)
	if zone := re.search(r"([+-]\d{2})(\d{2})?$", text[11:]):
		text = f"{text[: 11 + zone.start()]}{zone[1]}:{zone[2] or '00'}"
	try:
		found = datetime.fromisoformat(text)
	except ValueError:
		return None
	return found.astimezone(timezone.utc) if found.tzinfo else found.replace(tzinfo=timezone.utc)


def is_iri(value: Any) -> bool:
	"""Whether something is an identifier as xAPI wants it, of a length that is kept."""
	return isinstance(value, str) and len(value) <= LONGEST and bool(IRI.fullmatch(value))


def _is_uuid(value: Any) -> bool:
	return isinstance(value, str) and bool(UUID.fullmatch(value))


def _is_number(value: Any) -> bool:
	return isinstance(value, int | float) and not isinstance(value, bool)


def _language_map(value: Any, name: str) -> None:
	require_form(
		isinstance(value, dict) and all(isinstance(each, str) for each in value.values()),
		f"{name} is a map of languages to texts.",
	)


def _only(found: dict[str, Any], known: frozenset[str], name: str) -> None:
	unknown = sorted(set(found) - known)
	require_form(not unknown, f"xAPI knows no {', '.join(unknown)[:80]} in a {name}.")


def _has_null(value: Any) -> bool:
	"""Whether anything but an extension is null; `nesting` has seen to the depth."""
	if isinstance(value, dict):
		return any(each is None or (key != "extensions" and _has_null(each)) for key, each in value.items())
	return isinstance(value, list) and any(each is None or _has_null(each) for each in value)


def require_form(holds: bool, sentence: str) -> None:
	if not holds:
		raise RequestRefusedError(400, sentence)
