"""Documents that content keeps (LMS xAPI Document): its state, and profiles of activities and of the learner.

What one learner's browser has written, no other one reads: profiles of activities, which xAPI lets everybody share, are
kept for each person.
"""

import base64
import hashlib
import json
from typing import Any

import frappe

from smooth_lms.base.reads import read_row, read_rows
from smooth_lms.base.rows import upsert
from smooth_lms.courses.scorm.xapi import clock, form, identity, launch_data, words
from smooth_lms.courses.scorm.xapi.visit import Visit
from smooth_lms.courses.scorm.xapi.words import RequestRefusedError

DOCTYPE = "LMS xAPI Document"
STATE, ACTIVITY_PROFILE, AGENT_PROFILE = "State", "Activity Profile", "Agent Profile"
RESOURCES = {
	"activities/state": (STATE, "stateId"),
	"activities/profile": (ACTIVITY_PROFILE, "profileId"),
	"agents/profile": (AGENT_PROFILE, "profileId"),
}
"""By address: the kind, and the parameter that names one document."""
MOST = 500
"""Documents of one kind of one person at one package in one lesson."""
LARGEST = 4_000_000
"""Bytes of one document."""
FIELDS = ("name", "document_id", "content_type", "etag", "content", "modified")


class Answer(dict):
	"""`status`, `body`, `content_type`, `etag` and `modified` of an answer; the last three may be missing."""


def answer(visit: Visit, resource: str) -> Answer:
	"""Do what a request asks of documents. Args: resource, one of RESOURCES. Raises RequestRefusedError."""
	kind, parameter = RESOURCES[resource]
	scope = _scope(visit, kind)
	named = visit.asked.get(parameter)
	if named is None:
		return _all_of(visit, kind, scope)
	if not named or len(named) > form.LONGEST:
		raise RequestRefusedError(400, f"{parameter} is a text of at most {form.LONGEST} characters.")
	stored = _given(visit, kind, named) or _read(scope, named)
	if visit.method in ("GET", "HEAD"):
		if not stored:
			raise RequestRefusedError(404, "There is no such document.")
		return Answer(
			status=200,
			body=base64.b64decode(stored.content or ""),
			content_type=stored.content_type,
			etag=stored.etag,
			modified=stored.modified,
		)
	_check_preconditions(visit, kind, stored)
	if kind == STATE and named == words.LAUNCH_DATA:
		raise RequestRefusedError(403, "Content does not change what it was launched with.")
	if visit.method == "DELETE":
		_remove(visit, [scope | {"document_id": named}])
	else:
		_put(visit, kind, scope, named, stored)
	return Answer(status=204, body=b"")


def _scope(visit: Visit, kind: str) -> dict[str, Any]:
	"""What the documents that a request means have in common. Raises RequestRefusedError for those of others."""
	asked = visit.asked
	if kind != ACTIVITY_PROFILE:
		if "agent" not in asked:
			raise RequestRefusedError(400, "The agent is missing.")
		try:
			agent = json.loads(asked["agent"])
		except (ValueError, RecursionError):
			raise RequestRefusedError(400, "agent is a JSON object.") from None
		if not visit.is_learner(agent):
			raise RequestRefusedError(403, "The agent is not the learner who was launched.")
	if kind == AGENT_PROFILE:
		return {"kind": kind, "member": visit.ticket.user}
	if not form.is_iri(asked.get("activityId")):
		raise RequestRefusedError(400, "activityId is an IRI.")
	registration = asked.get("registration", "") if kind == STATE else ""
	if registration and registration != identity.registration(visit.ticket):
		raise RequestRefusedError(403, "The registration is not that of the session.")
	return visit.key | {"kind": kind, "activity": asked["activityId"], "registration": registration}


def _all_of(visit: Visit, kind: str, scope: dict[str, Any]) -> Answer:
	"""The names of all documents; for state, also the removal of all of them."""
	rows = read_rows(DOCTYPE, ("document_id", "modified"), scope) if visit.leaves_traces else []
	if visit.method == "DELETE" and kind == STATE:
		_remove(visit, [scope | {"document_id": row.document_id} for row in rows])
		return Answer(status=204, body=b"")
	if visit.method not in ("GET", "HEAD"):
		raise RequestRefusedError(400, "The name of the document is missing.")
	since = form.moment(visit.asked.get("since", "").replace(" ", "+")) if "since" in visit.asked else None
	names = [row.document_id for row in rows if not since or clock.in_utc(row.modified) > since]
	names += [named for named in (words.LAUNCH_DATA,) if kind == STATE and _given(visit, kind, named)]
	return Answer(status=200, body=json.dumps(names).encode(), content_type="application/json")


def _given(visit: Visit, kind: str, named: str) -> frappe._dict | None:
	"""A document that the app itself says: what a cmi5 part was launched with, and preferences nobody has changed."""
	if kind == STATE and named == words.LAUNCH_DATA and visit.is_cmi5:
		own = visit.asked.get("activityId") == visit.activity and visit.asked.get("registration")
		return _made(launch_data.document(visit)) if own else None
	if kind == AGENT_PROFILE and named == words.PREFERENCES and visit.is_cmi5:
		found = _read({"kind": kind, "member": visit.ticket.user}, named) if visit.leaves_traces else None
		return found or _made(launch_data.preferences(visit.ticket.user))
	return None


def _made(document: dict[str, Any]) -> frappe._dict:
	body = json.dumps(document).encode()
	return frappe._dict(
		content=base64.b64encode(body).decode(),
		content_type="application/json",
		etag=_etag(body),
		modified=None,
		is_made=True,
	)


def _read(scope: dict[str, Any], named: str) -> frappe._dict | None:
	if not scope.get("enrollment", True):
		return None
	return read_row(DOCTYPE, FIELDS, {"key_hash": _hash(scope, named)})


def _check_preconditions(visit: Visit, kind: str, stored: frappe._dict | None) -> None:
	"""Raises RequestRefusedError where a document is not what the sender takes it for."""
	wanted, unwanted = visit.headers.get("if-match"), visit.headers.get("if-none-match")
	is_there = bool(stored and not stored.get("is_made"))
	if wanted is not None and wanted.strip() != "*" and _plain(wanted) != (stored.etag if stored else None):
		raise RequestRefusedError(412, "The document has changed meanwhile.")
	if unwanted is not None and is_there and _plain(unwanted) in ("*", stored.etag):
		raise RequestRefusedError(412, "There is such a document.")
	if visit.method == "PUT" and kind != STATE and is_there and wanted is None and unwanted is None:
		raise RequestRefusedError(
			409, "There is such a document: ask for it first, and send its ETag in If-Match."
		)


def _plain(etag: str) -> str:
	"""Web servers that compress an answer make its ETag a weak one."""
	return etag.strip().removeprefix("W/").strip('"')


def _put(visit: Visit, kind: str, scope: dict[str, Any], named: str, stored: frappe._dict | None) -> None:
	body = visit.body
	content_type = visit.headers.get("content-type", "application/octet-stream")[:140]
	if len(body) > LARGEST:
		raise RequestRefusedError(413, "The document is too large.")
	is_object = _is_json(content_type) and isinstance(_object(body), dict)
	if kind == AGENT_PROFILE and named == words.PREFERENCES and visit.is_cmi5:
		launch_data.check_preferences(_object(body) if _is_json(content_type) else None)
	if visit.method == "POST" and stored:
		before = base64.b64decode(stored.content or "")
		if not is_object or not _is_json(stored.content_type) or not isinstance(_object(before), dict):
			raise RequestRefusedError(400, "Only JSON objects are merged.")
		body = json.dumps({**_object(before), **_object(body)}).encode()
	elif visit.method == "POST" and _is_json(content_type) and not is_object:
		raise RequestRefusedError(400, "Only JSON objects are merged.")
	if len(body) > LARGEST:
		raise RequestRefusedError(413, "The document is too large.")
	if not visit.leaves_traces:
		return
	if not stored and len(read_rows(DOCTYPE, ("name",), scope, limit=MOST)) == MOST:
		raise RequestRefusedError(413, "There are more documents than are kept for one lesson.")
	values = {
		**visit.key,
		**scope,
		"member": visit.ticket.user,
		"course": visit.course,
		"document_id": named,
		"key_hash": _hash(scope, named),
		"content_type": content_type,
		"etag": _etag(body),
		"content": base64.b64encode(body).decode(),
	}
	upsert(DOCTYPE, values, fixed=("enrollment", "lesson", "package", "course"))


def _remove(visit: Visit, which: list[dict[str, Any]]) -> None:
	hashes = [
		_hash({k: v for k, v in each.items() if k != "document_id"}, each["document_id"]) for each in which
	]
	if visit.leaves_traces and hashes:
		frappe.db.delete(DOCTYPE, {"key_hash": ["in", hashes]})


def _hash(scope: dict[str, Any], named: str) -> str:
	return hashlib.sha256(json.dumps([sorted(scope.items()), named], default=str).encode()).hexdigest()


def _etag(body: bytes) -> str:
	return hashlib.sha1(body, usedforsecurity=False).hexdigest()


def _is_json(content_type: str | None) -> bool:
	return (content_type or "").partition(";")[0].strip().lower() == "application/json"


def _object(body: bytes) -> Any:
	try:
		return json.loads(body)
	except (ValueError, RecursionError):
		return None
