"""Launches of cmi5 and xAPI content: the address that starts a part, and what the app itself says about it.

After sections 8 and 9.3 of the cmi5 specification. A launch is made when a browser opens it, not when a page offers it.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import frappe

from smooth_lms.base import links
from smooth_lms.base.reads import read_rows
from smooth_lms.courses import progress
from smooth_lms.courses.scorm import attempts, rule, run
from smooth_lms.courses.scorm.ticket import HOURS, Ticket
from smooth_lms.courses.scorm.xapi import clock, form, identity, launch_data, statements, words
from smooth_lms.courses.scorm.xapi.visit import Visit

ENDPOINT, FETCH, LAUNCH, RETURN = "~xapi", "~fetch", "~launch", "~left"
"""Addresses below the folder of a ticket; no file of a package begins so, as none is asked for by them."""

NOWHERE = "https://origin.invalid/"
"""What the address of a folder begins with where nobody has said the site's port: the browser knows it."""


def visit_of(ticket: Ticket, session: str, folder: str, **asked: Any) -> Visit:
	"""A session of a ticket, with how it was launched. Args: folder, address of the ticket; asked, the request's own."""
	package = frappe.get_cached_doc("LMS SCORM Package", ticket.package)
	visit = Visit(
		ticket=ticket,
		session=session,
		package=package,
		part=next(row for row in package.scos if row.identifier == ticket.part),
		return_address=f"{urlsplit(folder).path if folder.startswith(NOWHERE) else folder}{RETURN}",
		course=package.course,
		**{"method": "GET", **asked},
	)
	return replace(visit, mode=_mode(visit))


def address(visit: Visit, folder: str, start: str) -> str:
	"""Launch a part. Returns the address to open.

	Args: visit, of a new session; folder, the ticket's address with its origin; start, address of the start file below it.
	"""
	target, _hash, fragment = start.partition("#")
	given = {
		# with the slash, as some content puts no other one behind it
		"endpoint": f"{folder}{ENDPOINT}/",
		"actor": json.dumps(visit.agent, separators=(",", ":")),
		"registration": identity.registration(visit.ticket),
	}
	if visit.is_cmi5:
		given |= {"fetch": f"{folder}{FETCH}?session={visit.session}", "activityId": visit.activity}
		if visit.leaves_traces:
			_begin(visit, f"{folder}{target}".replace(NOWHERE, f"{links.absolute()}/"))
	else:
		given |= {
			"auth": f"Basic {identity.token(visit.session, visit.ticket)}",
			"activity_id": visit.activity,
		}
	joined = "&" if "?" in target else "?"
	# blanks as %20: older content takes a plus for a plus
	written = urlencode(given, quote_via=quote)
	return f"{folder}{target}{joined}{written}{'#' + fragment if fragment else ''}"


def token(ticket: Ticket, session: str) -> dict[str, str]:
	"""The answer to the one request for a session's token, and the error for any other."""
	known = session if identity.UUID.fullmatch(session) else ""
	key = frappe.cache().make_key(f"smooth_lms:xapi_token:{known}")
	if not known or not frappe.cache().set(key, 1, nx=True, ex=HOURS * 3600):
		# text: for the content
		return {"error-code": "1", "error-text": "The authorization token has already been returned."}
	return {"auth-token": identity.token(known, ticket)}


def satisfy(visit: Visit) -> None:
	"""cmi5: say of each block, and of the course, that all of its parts are done, once."""
	structure = json.loads(visit.package.structure or "{}")
	if not structure or not visit.leaves_traces:
		return
	states = run.states(visit.ticket.enrollment, visit.ticket.lesson)
	done = {name for name, state in states.items() if state.completed_on}
	done |= {row.identifier for row in visit.package.scos if rule.needs_nothing(row)}
	everything = {
		"id": structure["id"],
		"title": structure["title"],
		"parts": [r.identifier for r in visit.package.scos],
	}
	things = [(each, "block") for each in structure["blocks"]] + [(everything, "course")]
	said = read_rows(statements.DOCTYPE, ("activity",), visit.key | {"verb": words.SATISFIED})
	known = {row.activity for row in said}
	fresh = [
		_satisfied(visit, thing, kind)
		for thing, kind in things
		if set(thing["parts"]) <= done and identity.block(visit.package.name, thing["id"]) not in known
	]
	_say(visit, fresh)


def _mode(visit: Visit) -> str:
	"""As the session was launched; for a new one, as it is to be: who has no attempt left looks back."""
	ticket = visit.ticket
	if not visit.leaves_traces:
		return words.BROWSE
	key = visit.key | {"session": visit.session, "verb": words.LAUNCHED}
	rows = read_rows(statements.DOCTYPE, ("statement",), key) if visit.is_cmi5 else []
	if rows:
		return json.loads(rows[0].statement)["context"]["extensions"][f"{words.EXTENSION}launchmode"]
	is_over = attempts.used_up(ticket.enrollment, ticket.lesson, ticket.part)
	return words.REVIEW if is_over else words.NORMAL


def _begin(visit: Visit, launched: str) -> None:
	"""Write down that a session begins, and that those end which were left without a word."""
	progress.lock(visit.ticket.enrollment)
	satisfy(visit)
	_abandon_others(visit)
	part = visit.part
	extensions: dict[str, Any] = {
		"launchmode": visit.mode,
		"launchurl": launched,
		"moveon": part.move_on,
	}
	if part.launch_data:
		extensions["launchparameters"] = part.launch_data
	if (score := launch_data.mastery_score(part)) is not None:
		extensions["masteryscore"] = score
	named = {f"{words.EXTENSION}{name}": value for name, value in extensions.items()}
	_say(visit, [_statement(visit, words.LAUNCHED, part.activity_id, extensions=named)])


def _abandon_others(visit: Visit) -> None:
	rows = read_rows(
		statements.DOCTYPE, ("session", "verb", "sco", "stored_on"), visit.key, order="`stored_on`"
	)
	sessions: dict[str, list[frappe._dict]] = {}
	for row in rows:
		sessions.setdefault(row.session, []).append(row)
	for session, said in sessions.items():
		verbs = {row.verb for row in said}
		if words.LAUNCHED not in verbs or verbs & {words.TERMINATED, words.ABANDONED}:
			continue
		part = next((row for row in visit.package.scos if row.identifier == said[0].sco), None)
		if part is None:
			continue
		seconds = (said[-1].stored_on - said[0].stored_on).total_seconds()
		other = replace(visit, session=session, part=part)
		statement = _statement(other, words.ABANDONED, part.activity_id)
		statement["result"] = {"duration": f"PT{round(seconds, 2)}S"}
		_say(other, [statement])


def _statement(
	visit: Visit,
	verb: str,
	publisher_id: str,
	about: dict[str, Any] | None = None,
	extensions: dict[str, Any] | None = None,
) -> dict[str, Any]:
	return {
		"timestamp": clock.now(),
		"verb": {"id": verb, "display": {"en": verb.rpartition("/")[2]}},
		"object": about or {"objectType": "Activity", "id": visit.activity},
		"context": {
			"registration": identity.registration(visit.ticket),
			"contextActivities": {
				"grouping": [{"objectType": "Activity", "id": publisher_id}],
				"category": [{"objectType": "Activity", "id": words.CMI5_CATEGORY}],
			},
			"extensions": {words.SESSION: visit.session, **(extensions or {})},
		},
	}


def _satisfied(visit: Visit, thing: dict[str, Any], kind: str) -> dict[str, Any]:
	about = {
		"objectType": "Activity",
		"id": identity.block(visit.package.name, thing["id"]),
		"definition": {"type": f"{words.TYPES}{kind}", "name": {"und": thing["title"]}},
	}
	return _statement(visit, words.SATISFIED, thing["id"], about)


def _say(visit: Visit, found: Sequence[dict[str, Any]]) -> None:
	about = visit.key | {
		"member": visit.ticket.user,
		"course": visit.course,
		"sco": visit.part.identifier,
	}
	for each in found:
		form.check({**each, "actor": visit.agent})
	statements.write(about, visit.session, found, by_lms=True)
