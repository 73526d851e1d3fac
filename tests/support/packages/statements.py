"""Makes packages of cmi5 and xAPI for tests, and statements as their content sends them."""

import json
import uuid
from collections.abc import Sequence
from typing import Any

from smooth_lms.courses.scorm.xapi import words
from tests.support.packages.build import zipped

PUBLISHED = "https://publisher.example/"


def unit(
	name: str = "drill",
	*,
	move_on: str = "CompletedOrPassed",
	mastery: str = "",
	href: str = "index.html",
	more: str = "",
	inside: str = "",
) -> str:
	"""An assignable unit of cmi5. Args: more, other attributes; inside, other elements."""
	mastery = f' masteryScore="{mastery}"' if mastery else ""
	return (
		f'<au id="{PUBLISHED}au/{name}" moveOn="{move_on}"{mastery} {more}><title><langstring lang="en">Part {name}'
		f"</langstring></title><description><langstring>x</langstring></description><url>{href}</url>{inside}</au>"
	)


def block(name: str, *units: str) -> str:
	"""A block of cmi5."""
	return (
		f'<block id="{PUBLISHED}block/{name}"><title><langstring lang="en">Block {name}</langstring></title>'
		f"<description><langstring>x</langstring></description>{''.join(units)}</block>"
	)


def structure(*content: str) -> str:
	"""A cmi5.xml."""
	return (
		'<?xml version="1.0" encoding="UTF-8"?><courseStructure'
		' xmlns="https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd">'
		f'<course id="{PUBLISHED}course"><title><langstring lang="en">Fire drill</langstring></title>'
		"<description><langstring>x</langstring></description></course>"
		f"{''.join(content) or unit()}</courseStructure>"
	)


def cmi5(*content: str, page: str = "<html><head></head></html>", **files: str) -> bytes:
	"""A zip of a cmi5 course with one start page. Args: files, others by name."""
	return zipped([("cmi5.xml", structure(*content)), ("index.html", page), *files.items()])


ACTIVITY = f"{PUBLISHED}drill"


def tincan(page: str = "<html><head></head></html>", activity: str = ACTIVITY) -> bytes:
	"""A zip as authoring tools publish for xAPI."""
	manifest = (
		'<?xml version="1.0" encoding="utf-8"?><tincan xmlns="http://projecttincan.com/tincan.xsd"><activities>'
		f'<activity id="{activity}" type="http://adlnet.gov/expapi/activities/course"><name lang="en-US">Fire drill</name>'
		'<description lang="en-US">x</description><launch lang="en-US">index.html</launch></activity>'
		f'<activity id="{activity}/q1" type="http://adlnet.gov/expapi/activities/cmi.interaction"><name>Q1</name></activity>'
		"</activities></tincan>"
	)
	return zipped([("tincan.xml", manifest), ("index.html", page)])


def statement(
	verb: str, launched: dict[str, str], context: dict[str, Any] | None = None, **more: Any
) -> dict[str, Any]:
	"""A statement of content about its part. Args: launched, the parameters of the launch; context, of the launch data."""
	found = {
		"id": str(uuid.uuid4()),
		"timestamp": "2026-11-29T10:00:00.000Z",
		"actor": json.loads(launched["actor"]),
		"verb": {"id": verb, "display": {"en": verb.rpartition("/")[2]}},
		"object": {"objectType": "Activity", "id": launched.get("activityId") or launched["activity_id"]},
		**more,
	}
	if context is not None:
		found["context"] = {**json.loads(json.dumps(context)), "registration": launched["registration"]}
	return found


def defined(verb: str, launched: dict[str, str], context: dict[str, Any], **result: Any) -> dict[str, Any]:
	"""A statement as cmi5 defines it for a verb, with what it has to say. Args: result, in place of that."""
	found = statement(verb, launched, context)
	judged = verb in (words.COMPLETED, words.PASSED, words.FAILED)
	said = {
		words.COMPLETED: {"completion": True, "duration": "PT30S"},
		words.PASSED: {"success": True, "duration": "PT20S"},
		words.FAILED: {"success": False, "duration": "PT20S"},
		words.TERMINATED: {"duration": "PT1M30S"},
	}.get(verb, {})
	if said or result:
		found["result"] = {**said, **result}
	categories: Sequence[str] = (words.CMI5_CATEGORY, *((words.MOVE_ON_CATEGORY,) if judged else ()))
	found["context"]["contextActivities"]["category"] = [{"id": each} for each in categories]
	return found
