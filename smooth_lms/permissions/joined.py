"""Fields of linked records in lists: `live_class.host_url`, read past the rules of the linked record's own list.

Frappe asks there for the reader's role alone (its newest versions for more). Where its desk shows titles so, those of
records that the reader does not see stay empty; everywhere else such a field is refused.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import frappe
from frappe import _

from smooth_lms.permissions.doors import (
	asked_doctype,
	asked_methods,
	is_ours,
	may_read_field,
	sees_all,
)

SELECTED = (
	"fields",
	"fieldname",
	"field",
	"field_map",
	"fields_to_fetch",
	"filter_fields",
	"searchfield",
	"stats",
)
SORTED = ("order_by", "group_by", "sort_by", "sort_field")
FILTERS = ("filters", "or_filters", "current_filters", "applied_filters", "export_filters")
"""Arguments by which Frappe's methods take the names of fields."""
FILLED = frozenset({"frappe.desk.reportview.get", "frappe.desk.reportview.get_list"})
"""Methods whose linked fields `filled` reads."""
BEFORE_A_DOT = re.compile(r"(\w+)[`\"]?\s*\.")
LINKED = re.compile(r"(\w+)\.(\w+)(?:\s+as\s+(\w+))?", re.I)


@dataclass(frozen=True, slots=True)
class Linked:
	"""One field of a linked record, as a list asks for it."""

	link: str
	field: str
	label: str


def close_joins() -> None:
	"""Hook `before_request`: no list tells, sorts or filters by what hidden linked records say. Raises PermissionError."""
	form = frappe.local.form_dict
	named = {name for name in (*SELECTED, *SORTED, *FILTERS) if form.get(name)}
	methods = asked_methods()
	if methods and FILLED.issuperset(methods):
		named.discard("fields")
	shut = _shut(asked_doctype()) if named else {}
	for name in named if shut else ():
		_require_open(shut, form[name], is_filter=name in FILTERS)


def filled(method: Callable[[], Any]) -> Any:
	"""What a list of the desk answers: fields of linked records are those of records that the reader sees.

	Args: method, of Frappe's, which reads the request. Raises PermissionError.
	"""
	form = frappe.local.form_dict
	shut = _shut(form.get("doctype"))
	fields = _as_list(form.get("fields"))
	asked = [linked for each in fields if (linked := _linked(each)) and linked.link in shut]
	form["fields"] = [each for each in fields if not ((found := _linked(each)) and found in asked)]
	_require_open(shut, form["fields"])
	if not asked:
		return method()
	form["fields"] += sorted({each.link for each in asked} - set(form["fields"]))
	return _with_linked(method(), asked, shut)


def _require_open(shut: Mapping[str, str], value: Any, *, is_filter: bool = False) -> None:
	"""Raises PermissionError for an argument that reaches through a link which is shut."""
	for text in _texts(value, is_filter=is_filter):
		for found in BEFORE_A_DOT.findall(text):
			if found in shut:
				sentence = _(
					"Fields of {0} cannot be read through a link: you do not see all of these records."
				)
				frappe.throw(sentence.format(_(shut[found])), frappe.PermissionError)


def _shut(doctype: str | None) -> dict[str, str]:
	"""The link fields of a DocType whose records the session's user does not see all of, with their DocTypes."""
	if not isinstance(doctype, str) or not frappe.db.exists("DocType", doctype, cache=True):
		return {}
	ours = is_ours(doctype)
	seen: dict[str, bool] = {}
	found = {}
	for field in frappe.get_meta(doctype).get_link_fields():
		if not (ours or is_ours(field.options)):
			continue
		if field.options not in seen:
			seen[field.options] = sees_all(field.options)
		if not seen[field.options]:
			found[field.fieldname] = field.options
	return found


def _texts(value: Any, *, is_filter: bool) -> Iterator[str]:
	"""The texts of an argument in which fields are named; of filters not what the fields are compared with."""
	if isinstance(value, str):
		read = _read(value)
		if read is not None:
			yield from _texts(read, is_filter=is_filter)
		elif not is_filter:  # else the name of a record
			yield value
	elif isinstance(value, Mapping):
		for key, each in value.items():
			yield str(key)
			if not is_filter:
				yield from _texts(each, is_filter=False)
	elif isinstance(value, list | tuple):
		compares = is_filter and len(value) > 2 and isinstance(value[0], str)
		for each in value[:-1] if compares else value:
			if isinstance(each, str):
				yield each
			else:
				yield from _texts(each, is_filter=is_filter)


def _read(text: str) -> Any:
	"""A list or dictionary that a text holds as JSON; None for other texts."""
	if text.lstrip()[:1] not in ("[", "{"):
		return None
	try:
		return json.loads(text)
	except ValueError:
		return None


def _as_list(fields: Any) -> list[Any]:
	if isinstance(fields, str):
		try:
			fields = json.loads(fields)
		except ValueError:
			fields = [each.strip() for each in fields.split(",")]
	return list(fields) if isinstance(fields, list | tuple) else []


def _linked(field: Any) -> Linked | None:
	found = LINKED.fullmatch(field.strip()) if isinstance(field, str) else None
	return Linked(found[1], found[2], found[3] or found[2]) if found else None


def _with_linked(answer: Any, asked: Sequence[Linked], doctypes: Mapping[str, str]) -> Any:
	"""The answer with the fields asked for; Frappe sends rows as keys and values, or as dictionaries."""
	compressed = isinstance(answer, Mapping)
	rows = (
		[dict(zip(answer["keys"], row, strict=False)) for row in answer["values"]] if compressed else answer
	)
	for each in asked:
		names = sorted({row[each.link] for row in rows or () if row.get(each.link)})
		values = _seen_values(doctypes[each.link], each.field, names)
		for index, row in enumerate(rows or ()):
			value = values.get(row.get(each.link))
			answer["values"][index].append(value) if compressed else row.update({each.label: value})
		if compressed:
			answer["keys"].append(each.label)
	return answer


def _seen_values(doctype: str, field: str, names: Sequence[str]) -> dict[str, Any]:
	"""One field of the linked records that a list of their own would show to the session's user, by name."""
	if not names or not frappe.has_permission(doctype, "read") or not may_read_field(doctype, field):
		return {}
	rows = frappe.get_list(
		doctype,
		filters={"name": ["in", list(names)]},
		fields=["name", field],  # sql: a column of the DocType, see above
		limit=0,
	)
	return {row.name: row.get(field) for row in rows}
