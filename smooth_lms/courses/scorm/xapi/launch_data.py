"""cmi5: what a part is told when it starts (LMS.LaunchData), and what the learner prefers. Nothing of it is stored.

After sections 10 and 11 of the cmi5 specification.
"""

import re
from typing import Any

import frappe

from smooth_lms.courses.scorm.xapi import words
from smooth_lms.courses.scorm.xapi.visit import Visit
from smooth_lms.courses.scorm.xapi.words import RequestRefusedError

LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")


def document(visit: Visit) -> dict[str, Any]:
	"""The document that a part begins with."""
	part = visit.part
	found: dict[str, Any] = {
		"contextTemplate": {
			"contextActivities": {"grouping": [{"objectType": "Activity", "id": part.activity_id}]},
			"extensions": {words.SESSION: visit.session},
		},
		"launchMode": visit.mode,
		"launchMethod": "OwnWindow" if part.own_window else "AnyWindow",
		"moveOn": part.move_on,
		"returnURL": visit.return_address,
	}
	if part.launch_data:
		found["launchParameters"] = part.launch_data
	if (score := mastery_score(part)) is not None:
		found["masteryScore"] = score
		found["contextTemplate"]["extensions"][f"{words.EXTENSION}masteryscore"] = score
	if part.entitlement_key:
		found["entitlementKey"] = {"courseStructure": part.entitlement_key}
	return found


def mastery_score(part: Any) -> float | None:
	"""The score from 0 to 1 at which a part is passed, as its publisher has set it."""
	return float(part.mastery_score) if part.mastery_score else None


def preferences(user: str) -> dict[str, str]:
	"""What a learner prefers who has not said anything in content: their own language, and sound."""
	language = frappe.get_cached_value("User", user, "language") or frappe.local.lang or "en"
	return {"languagePreference": language.replace("_", "-"), "audioPreference": "on"}


def check_preferences(said: Any) -> None:
	"""Refuse what are no preferences. Args: said, untrusted. Raises RequestRefusedError (403)."""
	fits = isinstance(said, dict) and said.get("audioPreference") in ("on", "off")
	languages = said.get("languagePreference") if fits else None
	if not isinstance(languages, str) or not all(map(LANGUAGE.fullmatch, languages.split(","))):
		raise RequestRefusedError(
			403, "Preferences are a JSON object with languagePreference and audioPreference."
		)
