"""The endpoint of xAPI: what content sends and asks for, by the rules of xAPI 1.0.3.

A learning record store for the content that this site itself launches, and no more: it knows one learner, the one who
was launched, and takes and tells what belongs to them in that lesson and package. docs/scorm.md says what is left out.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from werkzeug.http import http_date
from werkzeug.wrappers import Request, Response

import frappe

from smooth_lms.base.nesting import is_too_deep
from smooth_lms.courses import progress
from smooth_lms.courses.scorm.ticket import Ticket
from smooth_lms.courses.scorm.xapi import (
	clock,
	documents,
	identity,
	launch,
	launch_data,
	results,
	session_rules,
	statements,
	words,
)
from smooth_lms.courses.scorm.xapi.visit import Visit
from smooth_lms.courses.scorm.xapi.words import RequestRefusedError

LARGEST = documents.LARGEST
"""Bytes of a request."""
KNOWN_VERSIONS = ("1.0", "0.95")
SENT_AS = "x-lms-content-type"
"""Says the type of a body where Frappe must not read it: see connect.js."""
HEADERS = frozenset(
	(
		"authorization",
		"content-type",
		"content-length",
		"if-match",
		"if-none-match",
		"x-experience-api-version",
	)
)
METHODS = frozenset(("GET", "HEAD", "PUT", "POST", "DELETE"))


def answer(ticket: Ticket, folder: str, rest: str, write: Callable[[Callable[[], Any]], Any]) -> Response:
	"""Answer a request of content; never raises but what `write` lets through.

	Args: folder, the ticket's address with its origin; rest, of the path behind the endpoint; write, which carries out
	what changes something, as the ticket's holder, in a transaction of its own.
	"""
	try:
		visit = _visit(ticket, folder, frappe.request)
		response = _answer(visit, rest.strip("/"), write)
	except RequestRefusedError as refused:
		response = _json({"error": str(refused)}, refused.status)
	response.headers["X-Experience-API-Version"] = words.VERSION
	response.headers["X-Experience-API-Consistent-Through"] = clock.now()
	response.headers["Cache-Control"] = "no-cache"
	response.headers["Access-Control-Expose-Headers"] = (
		"ETag, Last-Modified, X-Experience-API-Version, X-Experience-API-Consistent-Through"
	)
	return response


def _visit(ticket: Ticket, folder: str, request: Request) -> Visit:
	method, asked, headers, body = _as_meant(request)
	if method not in METHODS:
		raise RequestRefusedError(405, "xAPI has no such method.")
	if len(body) > LARGEST:
		raise RequestRefusedError(413, "The request is too large.")
	if is_too_deep(body.decode("utf-8", "replace")):
		raise RequestRefusedError(400, "There are more lists within lists than anything here can use.")
	session = identity.session_of(headers.get("authorization", ""), ticket)
	if not session:
		raise RequestRefusedError(401, "The authorization is missing, or not that of this session.")
	if not headers.get("x-experience-api-version", "").startswith(KNOWN_VERSIONS):
		raise RequestRefusedError(400, "X-Experience-API-Version has to be 1.0.x.")
	return launch.visit_of(
		ticket,
		session,
		folder,
		method=method,
		asked=asked,
		headers=headers,
		body=body,
		address=request.path.partition(f"/{launch.ENDPOINT}")[0] + f"/{launch.ENDPOINT}",
	)


def _as_meant(request: Request) -> tuple[str, Mapping[str, str], Mapping[str, str], bytes]:
	"""Method, parameters, headers and body: as they are, or within a form, as old browsers send them to other origins."""
	body = request.get_data(cache=True)
	headers = {name.lower(): value for name, value in request.headers.items()}
	asked = dict(request.args.items())
	if SENT_AS in headers:
		headers["content-type"] = headers[SENT_AS]
	method = asked.pop("method", None) if request.method == "POST" else None
	if not method:
		return request.method, asked, headers, body
	fields = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
	content = fields.pop("content", "")
	for name in list(fields):
		if name.lower() in HEADERS:
			headers[name.lower()] = fields.pop(name)
	return method.upper(), asked | fields, headers, content.encode()


def _answer(visit: Visit, resource: str, write: Callable[[Callable[[], Any]], Any]) -> Response:
	if resource == "about":
		return _json({"version": [words.VERSION]})
	_check_open(visit)
	if resource == "statements":
		return _statements(visit, write)
	if resource in documents.RESOURCES:
		return _document(visit, resource, write)
	if visit.method in ("GET", "HEAD") and resource == "agents":
		known_by = {field: [visit.agent[field]] for field in identity.KNOWN_BY if field in visit.agent}
		return _json({"objectType": "Person", "name": [visit.agent["name"]], **known_by})
	if visit.method in ("GET", "HEAD") and resource == "activities":
		return _json({"objectType": "Activity", "id": visit.asked.get("activityId", "")})
	raise RequestRefusedError(404, "xAPI has no such resource.")


def _check_open(visit: Visit) -> None:
	"""Raises RequestRefusedError where a session of cmi5 is over: its token has ended with it."""
	if not visit.is_cmi5 or not visit.leaves_traces:
		return
	said = {row.verb for row in statements.verbs_said(visit) if row.session == visit.session}
	if words.LAUNCHED not in said or words.ABANDONED in said:
		raise RequestRefusedError(401, "The session is over: the lesson was opened again since.")
	if words.TERMINATED in said:
		raise RequestRefusedError(403, "The session is over.")


def _statements(visit: Visit, write: Callable[[Callable[[], Any]], Any]) -> Response:
	if visit.method in ("GET", "HEAD"):
		return _json(statements.answer(visit))
	if visit.method not in ("PUT", "POST"):
		raise RequestRefusedError(405, "Statements are not deleted.")
	found = statements.sent(visit)
	for statement in found:
		if not visit.is_learner(statement["actor"]):
			raise RequestRefusedError(403, "The actor is not the learner who was launched.")
	if visit.leaves_traces:
		write(lambda: _keep(visit, found))
	elif visit.is_cmi5:
		for statement in found:
			session_rules.check(statement, _session_of_author(visit, statement))
	if visit.method == "PUT":
		return Response("", 204)
	return _json([statement.get("id") for statement in found])


def _keep(visit: Visit, found: list[dict[str, Any]]) -> None:
	row = progress.lock(visit.ticket.enrollment)
	known = statements.known(visit, found)
	fresh = [statement for statement in found if statement.get("id", "").lower() not in known]
	if not fresh:
		return
	_check_open(visit)
	statements.check_room(visit, len(fresh))
	for index, statement in enumerate(fresh):
		if visit.is_cmi5:
			session_rules.check(statement, _session(visit, fresh[:index]))
		elif statement["verb"]["id"] == words.VOIDED:
			statements.void(visit, statement)
	about = visit.key | {"member": row.member, "course": row.course, "sco": visit.part.identifier}
	statements.write(about, visit.session, fresh)
	if visit.mode == words.NORMAL:
		results.take(visit, row, fresh)
		if visit.is_cmi5:
			launch.satisfy(visit)


def _session(visit: Visit, just_now: list[dict[str, Any]]) -> session_rules.Session:
	rows = statements.verbs_said(visit)
	now = [each["verb"]["id"] for each in just_now if results.is_about_part(visit, each)]
	return session_rules.Session(
		name=visit.session,
		activity=visit.activity,
		registration=identity.registration(visit.ticket),
		publisher_id=visit.part.activity_id,
		mode=visit.mode,
		mastery_score=launch_data.mastery_score(visit.part),
		said={*(row.verb for row in rows if row.session == visit.session), *now},
		ever={*(row.verb for row in rows), *now},
	)


def _session_of_author(visit: Visit, statement: dict[str, Any]) -> session_rules.Session:
	"""Nothing is kept of what authors do, so that each statement is taken for the first of its kind."""
	is_first = statement["verb"]["id"] == words.INITIALIZED
	return replace(_session(visit, []), said=frozenset() if is_first else {words.INITIALIZED}, ever=())


def _document(visit: Visit, resource: str, write: Callable[[Callable[[], Any]], Any]) -> Response:
	def act() -> documents.Answer:
		if visit.leaves_traces:
			progress.lock(visit.ticket.enrollment)
		return documents.answer(visit, resource)

	if visit.method in ("GET", "HEAD"):
		found = documents.answer(visit, resource)
	else:
		found = write(act)
	response = Response(found["body"], found["status"])
	if found.get("content_type"):
		response.headers["Content-Type"] = found["content_type"]
	if found.get("etag"):
		response.headers["ETag"] = f'"{found["etag"]}"'
	if found.get("modified"):
		response.headers["Last-Modified"] = http_date(clock.in_utc(found["modified"]))
	return response


def _json(values: Any, status: int = 200) -> Response:
	return Response(json.dumps(values), status, content_type="application/json")
