"""Statements (LMS xAPI Statement): the only code that writes them, and what reads them.

A statement is about the learner who was launched and nobody else, so that its actor is not kept: who reads it gets the
learner. Content sees the statements of its own learner, lesson and package.
"""

import json
import uuid
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlencode

import frappe
from frappe.utils import now_datetime

from smooth_lms.base import links
from smooth_lms.base.reads import read_row, read_rows
from smooth_lms.base.rows import insert_rows, update_rows
from smooth_lms.courses.scorm.xapi import clock, form, identity, session_rules, words
from smooth_lms.courses.scorm.xapi.visit import Visit
from smooth_lms.courses.scorm.xapi.words import RequestRefusedError

DOCTYPE = "LMS xAPI Statement"
LARGEST = 200_000
"""Characters of one statement."""
MOST = 20_000
"""Statements of one person at one package in one lesson."""
A_PAGE = 100
FIELDS = ("name", "statement_id", "verb", "session", "stored_on", "statement", "voided")
FILTERS = frozenset(
	(
		"statementId",
		"voidedStatementId",
		"agent",
		"verb",
		"activity",
		"registration",
		"related_activities",
		"related_agents",
		"since",
		"until",
		"limit",
		"format",
		"attachments",
		"ascending",
		"skip",
	)
)
OURS = ("actor", "stored", "authority", "version")


def sent(visit: Visit) -> list[dict[str, Any]]:
	"""The statements of a request, each checked and with an id. Raises RequestRefusedError."""
	if "multipart/" in visit.headers.get("content-type", ""):
		raise RequestRefusedError(400, "Attachments are not taken: send the address of a file (fileUrl).")
	try:
		found = json.loads(visit.body)
	except (ValueError, RecursionError):
		raise RequestRefusedError(400, "The body is no JSON.") from None
	found = found if isinstance(found, list) and visit.method == "POST" else [found]
	asked = visit.asked.get("statementId")
	if visit.method == "PUT" and not (asked and identity.UUID.fullmatch(asked)):
		raise RequestRefusedError(400, "statementId has to be a UUID.")
	for statement in found:
		form.check(statement)
		if visit.method == "PUT" and statement.setdefault("id", asked).lower() != asked.lower():
			raise RequestRefusedError(400, "statementId is not the id of the statement.")
		if any("fileUrl" not in each for each in statement.get("attachments", []) if isinstance(each, dict)):
			raise RequestRefusedError(400, "Attachments are not taken: send the address of a file (fileUrl).")
	ids = [statement["id"].lower() for statement in found if "id" in statement]
	if len(set(ids)) < len(ids):
		raise RequestRefusedError(400, "Two statements have the same id.")
	return found


def known(visit: Visit, found: Sequence[dict[str, Any]]) -> set[str]:
	"""The ids of statements that are kept already. Raises RequestRefusedError (409) where one is another than before."""
	ids = [statement["id"].lower() for statement in found if "id" in statement]
	rows = read_rows(DOCTYPE, FIELDS, visit.key | {"statement_id": ids}) if ids else []
	stored = {row.statement_id: json.loads(row.statement) for row in rows}
	for statement in found:
		before = stored.get(statement.get("id", "").lower())
		if before is not None and _compared(before, statement) != _compared(statement, statement):
			raise RequestRefusedError(409, "Another statement has this id.")
	return set(stored)


def write(
	about: dict[str, Any], session: str, found: Iterable[dict[str, Any]], *, by_lms: bool = False
) -> None:
	"""Keep statements that are not kept yet; each gets an id, and a time where it says none.

	Args: about, the row's enrollment, member, course, lesson, package and sco; by_lms, whether they are the app's own.
	"""
	rows = []
	for statement in found:
		statement.setdefault("id", str(uuid.uuid4()))
		statement.setdefault("timestamp", clock.now())
		kept = {field: value for field, value in statement.items() if field not in OURS}
		text = json.dumps(kept)
		if len(text) > LARGEST:
			raise RequestRefusedError(413, "The statement is too long.")
		rows.append(
			{
				**about,
				"session": session,
				"statement_id": statement["id"].lower(),
				"verb": statement["verb"]["id"][:140],
				"activity": str(statement["object"].get("id", ""))[: form.LONGEST],
				"summary": _summary(statement),
				"by_lms": int(by_lms),
				"is_defined": int(session_rules.is_defined(statement)),
				"stored_on": now_datetime(),
				"statement": text,
				"idx": len(rows) + 1,
			}
		)
	if rows:
		insert_rows(DOCTYPE, list(rows[0]), [tuple(row.values()) for row in rows])


def check_room(visit: Visit, more: int) -> None:
	"""Refuse what would be more than anybody needs. Raises RequestRefusedError (413)."""
	row = frappe.qb.DocType(DOCTYPE)
	query = frappe.qb.from_(row).select(frappe.query_builder.functions.Count("*"))
	for field, value in visit.key.items():
		query = query.where(row[field] == value)
	if query.run()[0][0] + more > MOST:
		raise RequestRefusedError(413, "There are more statements than are kept for one lesson.")


def void(visit: Visit, statement: dict[str, Any]) -> None:
	"""Take a statement of the same person out of what is shown; results that were counted stay. Raises RequestRefusedError."""
	key = visit.key | {"statement_id": str(statement["object"].get("id", "")).lower()}
	target = read_row(DOCTYPE, ("name", "verb", "by_lms"), key)
	if statement["object"].get("objectType") != "StatementRef":
		raise RequestRefusedError(400, "A voiding statement has a StatementRef.")
	if target and (target.by_lms or target.verb == words.VOIDED):
		raise RequestRefusedError(403, "This statement cannot be voided.")
	if target:
		update_rows(DOCTYPE, {target.name: {"voided": 1}})


def verbs_said(visit: Visit) -> list[frappe._dict]:
	"""Verb and session of each statement about the part that follows the rules of cmi5, in order."""
	key = visit.key | {"sco": visit.part.identifier, "activity": visit.activity, "is_defined": 1}
	return read_rows(DOCTYPE, ("verb", "session", "stored_on"), key, order="`stored_on`")


def answer(visit: Visit) -> dict[str, Any]:
	"""What a GET is answered with: a statement, or a page of them. Raises RequestRefusedError."""
	asked = visit.asked
	if unknown := sorted(set(asked) - FILTERS):
		raise RequestRefusedError(400, f"xAPI knows no parameter {', '.join(unknown)[:80]}.")
	single = [name for name in ("statementId", "voidedStatementId") if name in asked]
	if len(single) == 2 or (single and set(asked) - {*single, "format", "attachments"}):
		raise RequestRefusedError(400, "A single statement is asked for by nothing but its id.")
	if single:
		key = visit.key | {"statement_id": asked[single[0]].lower()}
		row = read_row(DOCTYPE, FIELDS, key) if visit.leaves_traces else None
		if not row or bool(row.voided) != (single[0] == "voidedStatementId"):
			raise RequestRefusedError(404, "There is no such statement.")
		return shown(visit, row)
	return _page(visit)


def shown(visit: Visit, row: frappe._dict) -> dict[str, Any]:
	"""A statement as it is answered. Args: row, by FIELDS."""
	authority = {"objectType": "Agent", "account": {"homePage": links.absolute(), "name": "lms"}}
	return {
		**json.loads(row.statement),
		"id": row.statement_id,
		"actor": visit.agent,
		"stored": clock.as_text(row.stored_on),
		"authority": authority,
		"version": words.VERSION,
	}


def _page(visit: Visit) -> dict[str, Any]:
	asked = visit.asked
	limit = min(max(_number(asked.get("limit", "0")), 0) or A_PAGE, A_PAGE)
	skip = max(_number(asked.get("skip", "0")), 0)
	where: dict[str, Any] = visit.key | {"voided": 0}
	if "agent" in asked and not visit.is_learner(_json(asked["agent"])):
		where["enrollment"] = ""
	if asked.get("registration", identity.registration(visit.ticket)) != identity.registration(visit.ticket):
		where["enrollment"] = ""
	for name in ("verb", "activity"):
		if name in asked:
			where[name] = asked[name]
	order = "asc" if asked.get("ascending") == "true" else "desc"
	since, until = (_moment(asked, name) for name in ("since", "until"))
	all_of_them = f"`stored_on` {order}, `idx` {order}, `name` {order}"
	rows = read_rows(DOCTYPE, ("name", "stored_on"), where, order=all_of_them) if visit.leaves_traces else []
	chosen = [
		row.name
		for row in rows
		if (not since or clock.in_utc(row.stored_on) > since)
		and (not until or clock.in_utc(row.stored_on) <= until)
	]
	part = read_rows(DOCTYPE, FIELDS, {"name": chosen[skip : skip + limit]}, order=all_of_them)
	more = ""
	if len(chosen) > skip + limit:
		more = f"{visit.address}/statements?{urlencode({**asked, 'skip': skip + limit})}"
	return {"statements": [shown(visit, row) for row in part], "more": more}


def _compared(stored: dict[str, Any], sent: dict[str, Any]) -> dict[str, Any]:
	ours = {*OURS, "id"} | ({"timestamp"} if "timestamp" not in sent else set())
	return {field: value for field, value in stored.items() if field not in ours}


def _summary(statement: dict[str, Any]) -> str:
	"""What a list says of a statement."""
	verb = _first(statement["verb"].get("display")) or statement["verb"]["id"].rpartition("/")[2]
	about = statement["object"]
	definition = about.get("definition")
	name = _first(definition.get("name")) if isinstance(definition, dict) else ""
	return f"{verb[:60]}: {(name or str(about.get('id', '')))[:200]}"


def _first(texts: Any) -> str:
	return (
		next((text for text in texts.values() if isinstance(text, str)), "")
		if isinstance(texts, dict)
		else ""
	)


def _moment(asked: Any, name: str) -> Any:
	if name not in asked:
		return None
	if (found := form.moment(asked[name].replace(" ", "+"))) is None:
		raise RequestRefusedError(400, f"{name} is a time of ISO 8601.")
	return found


def _number(text: str) -> int:
	if not text.isdecimal() or len(text) > 9:
		raise RequestRefusedError(400, "limit is a number.")
	return int(text)


def _json(text: str) -> Any:
	try:
		return json.loads(text)
	except (ValueError, RecursionError):
		raise RequestRefusedError(400, "agent is a JSON object.") from None
