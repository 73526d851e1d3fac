"""Requests that nest lists deeper than Python reads: they are answered with a sentence, on any server.

Frappe reads a JSON body before any hook of ours, and its own methods read JSON within arguments; both meet Python's
limit with an error of the server.
"""

import json
import re
from typing import Any

import frappe
from frappe import _

DEEPEST = 200
"""Levels of lists and dictionaries in a text; Python gives up at 1,000, less those where it is already."""
STRING = re.compile(r'"(?:[^"\\]|\\.)*"?', re.DOTALL)
NEITHER = re.compile(r"[^\[\]{}]+")


def before_request() -> None:
	"""Hook: nothing that nests too deeply comes to Frappe, whose handling of errors fails over it. Raises ValidationError."""
	if _is_json():
		sent = [frappe.request.get_data(as_text=True)]
	else:
		sent = [each for each in frappe.local.form_dict.values() if isinstance(each, str)]
	if any(map(is_too_deep, sent)):
		frappe.throw(too_deep_sentence())


def after_request(response: Any, request: Any) -> None:
	"""Hook: an error of the server becomes a refusal where the body could not even be read."""
	if (
		response.status_code == 500
		and _is_json()
		and (sentence := _unreadable(request.get_data(as_text=True)))
	):
		response.status_code = 400
		response.set_data(json.dumps({"exc_type": "ValidationError", "_server_messages": as_sent(sentence)}))
		response.content_type = "application/json"


def too_deep_sentence() -> str:
	"""What is said about lists within lists within lists."""
	return _("There are more lists within lists than anything here can use.")


def is_too_deep(text: str) -> bool:
	"""Whether brackets in a text, outside of its strings, stand deeper in each other than anything here can use.

	Counted without recursion, in time that grows as the text does.
	"""
	if text.count("[") + text.count("{") <= DEEPEST:
		return False
	depth = 0
	for each in NEITHER.sub("", STRING.sub("", text)):
		depth += 1 if each in "[{" else -1
		if depth > DEEPEST:
			return True
	return False


def _is_json() -> bool:
	return "application/json" in (frappe.request.content_type or "")


def _unreadable(body: str) -> str | None:
	if not body:
		return None
	try:
		json.loads(body)
	except ValueError:
		return _("The body of this request is not valid JSON.")
	except RecursionError:
		return too_deep_sentence()
	return None


def as_sent(sentence: str) -> str:
	"""A sentence as Frappe sends what it shows to people."""
	return json.dumps([json.dumps({"message": sentence, "indicator": "red"})])
