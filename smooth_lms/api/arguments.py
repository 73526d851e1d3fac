"""What callers may send: each method of the API is `checked` by its own annotations, lists and filters are read here.

Frappe hands over what a request holds: texts of a form, or whatever JSON can hold. What a method does not expect is
refused with a sentence before the method sees it.
"""

import inspect
import json
import re
from collections.abc import Callable
from functools import wraps
from types import NoneType, UnionType
from typing import Any, NoReturn, ParamSpec, TypeVar, Union, get_args, get_origin, get_type_hints

import frappe
from frappe import _
from frappe.utils import escape_html

from smooth_lms.base.nesting import too_deep_sentence

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")

DEEPEST = 8
"""Levels of lists and dictionaries within each other; nothing of ours has more than three."""
LARGEST = 2**31 - 1
LONGEST = 10_000
"""Characters of a text, such as a reason; what it is stored in may hold fewer."""
TRUE, FALSE = ("1", "true", "yes"), ("", "0", "false", "no")


def checked(method: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
	"""Hand over arguments as the method's annotations say; raises ValidationError for what cannot be read so.

	Texts, whole numbers and yes or no are read from what forms send; `list | str` and `dict | str` stay as they are, for
	the functions below.
	"""
	hints = get_type_hints(method)
	signature = inspect.signature(method)
	kinds = {name: _kinds(hints[name]) for name in signature.parameters}

	@wraps(method)
	def asked(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Answer:
		bound = signature.bind_partial(*args, **kwargs)
		for name, parameter in signature.parameters.items():
			if name in bound.arguments:
				value = bound.arguments[name]
				if value is None and NoneType not in kinds[name] and Any not in kinds[name]:
					_or_default(name, parameter, bound)
				else:
					bound.arguments[name] = _read(name, value, kinds[name])
			else:
				_or_default(name, parameter, bound)
		return method(**bound.arguments)

	# Frappe would look at them first, refuse what jQuery makes of null, and say so in Python's words
	asked.__annotations__ = {}
	return asked


def names(value: list | str | None) -> list[str]:
	"""A list of names from a list, a JSON list, or text with one a line or commas between.

	Raises ValidationError for anything else.
	"""
	if isinstance(value, str):
		text = value.strip()
		value = _json(text) if text.startswith("[") else re.split(r"[\n,;]+", text)
	if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
		frappe.throw(_('Pass a list of names, such as ["learner@example.com"].'))
	return [each.strip() for each in value if each.strip()]


def mapping(value: dict | str | None) -> dict[str, Any] | None:
	"""A dictionary from a dictionary or its JSON; None stays None. Raises ValidationError for anything else."""
	if isinstance(value, str):
		value = _json(value) if value.strip() else None
	if value is not None and not isinstance(value, dict):
		frappe.throw(_("Pass filters as names and values, such as {0}.").format('{"company": "..."}'))
	return value


def single_values(value: dict | str | None) -> dict[str, str | int | float]:
	"""As `mapping`, with a text or number for each name; {} for None. Raises ValidationError for anything else."""
	found = mapping(value) or {}
	for name, each in found.items():
		if not isinstance(each, str | int | float | NoneType):
			frappe.throw(_("{0} must be a single text.").format(escape_html(_short(name))))
	return {name: "" if each is None else each for name, each in found.items()}


def mappings(value: list | str | None) -> list[dict[str, Any]]:
	"""A list of dictionaries from a list or its JSON. Raises ValidationError for anything else."""
	if isinstance(value, str):
		value = _json(value)
	if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
		frappe.throw(_("Pass a list of names and values."))
	return value


def filters(value: dict | list | str | None) -> dict | list | str | None:
	"""Filters of Frappe's own methods, read from JSON if they are such; a name stays a name.

	Raises ValidationError for JSON that cannot be read, or that goes too deep.
	"""
	return _json(value) if isinstance(value, str) and value.lstrip()[:1] in ("[", "{") else value


def way_in() -> str:
	"""The source to note for what a request does: somebody's browser is the desk, a key or token the API."""
	return "API" if frappe.get_request_header("Authorization") else "Desk"


def _kinds(annotation: Any) -> frozenset[Any]:
	"""The types that an annotation names, without what is within them."""
	if get_origin(annotation) in (Union, UnionType):
		return frozenset().union(*map(_kinds, get_args(annotation)))
	return frozenset({get_origin(annotation) or annotation})


def _or_default(name: str, parameter: inspect.Parameter, bound: inspect.BoundArguments) -> None:
	if parameter.default is inspect.Parameter.empty:
		frappe.throw(_("{0} is missing: say what is meant.").format(escape_html(name)))
	bound.arguments[name] = parameter.default


def _read(name: str, value: Any, kinds: frozenset[Any]) -> Any:
	_require_readable(name, value, kinds)
	if Any in kinds or (value is None and NoneType in kinds):
		return value
	if value == "" and NoneType in kinds and str not in kinds:
		return None  # jQuery sends null so
	if type(value) in kinds & {bool, int, list, dict, str}:
		return _in_range(name, value) if type(value) is int else value
	return _converted(name, value, kinds)


def _require_readable(name: str, value: Any, kinds: frozenset[Any]) -> None:
	if isinstance(value, str):
		_require_text(name, value)
		if not kinds & {list, dict} and len(value) > LONGEST:
			sentence = _("{0}: this text is too long: {1} characters at most.")
			frappe.throw(sentence.format(escape_html(name), LONGEST))
	elif isinstance(value, list | tuple | dict):
		_require_shallow(value)


def _converted(name: str, value: Any, kinds: frozenset[Any]) -> Any:
	"""A value of another type than is wanted, as far as it says the same."""
	if bool in kinds:
		return _yes_or_no(name, value)
	if int in kinds:
		return _whole_number(name, value)
	if str in kinds and not kinds & {list, dict} and type(value) in (int, float):
		return str(value)
	if list in kinds:
		frappe.throw(_("{0} must be a list of names.").format(escape_html(name)))
	if dict in kinds:
		frappe.throw(_("{0} must be names and values.").format(escape_html(name)))
	frappe.throw(_("{0} must be a single text.").format(escape_html(name)))


def _yes_or_no(name: str, value: Any) -> bool:
	said = str(int(value)) if isinstance(value, int | float) and value in (0, 1) else value
	if isinstance(said, str) and said.strip().lower() in TRUE + FALSE:
		return said.strip().lower() in TRUE
	frappe.throw(_("{0} must be 1 or 0.").format(escape_html(name)))


def _whole_number(name: str, value: Any) -> int:
	if isinstance(value, float) and value.is_integer():
		return _in_range(name, int(value))
	if isinstance(value, str) and re.fullmatch(r"\s*[+-]?[0-9]{1,12}(\.0*)?\s*", value, re.ASCII):
		return _in_range(name, int(value.partition(".")[0]))
	_not_a_number(name)


def _in_range(name: str, number: int) -> int:
	if not -LARGEST <= number <= LARGEST:
		_not_a_number(name)
	return number


def _not_a_number(name: str) -> NoReturn:
	frappe.throw(_("{0} must be a whole number.").format(escape_html(name)))


def _require_text(name: str, text: str) -> None:
	"""Half of a character, as JSON can hold it, is no text: the database cannot take it."""
	try:
		text.encode()
	except UnicodeEncodeError:
		frappe.throw(_("{0}: this text has characters that cannot be kept.").format(escape_html(name)))


def _require_shallow(value: Any) -> None:
	"""Level by level, without recursion, which ends at some depth."""
	level = [value]
	for _depth in range(DEEPEST):
		inner = [each for one in level for each in (one.values() if isinstance(one, dict) else one)]
		for each in inner:
			if isinstance(each, str):
				_require_text(_("A value"), each)
		for one in level:
			if isinstance(one, dict):
				for key in one:
					_require_text(_("A name"), str(key))
		level = [each for each in inner if isinstance(each, list | tuple | dict)]
		if not level:
			return
	frappe.throw(too_deep_sentence())


def _json(text: str) -> Any:
	try:
		value = json.loads(text)
	except (ValueError, RecursionError):  # the latter for very many brackets
		frappe.throw(_("This is not valid JSON: {0}").format(escape_html(_short(text))))
	if isinstance(value, list | dict):
		_require_shallow(value)
	return value


def _short(text: str) -> str:
	"""What somebody sent, as a message may show it."""
	return str(text)[:80].encode("utf-8", "replace").decode()
