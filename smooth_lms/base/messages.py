"""What people read of the JSON files of the app: labels, descriptions, options, titles.

Frappe 15 and 16 read a part of these files, each another. `babel_extractors.csv` names `extract` for
`bench generate-pot-file`, and `./smooth lint --messages` uses it, too.
"""

import json
import re
from collections.abc import Iterator
from io import BytesIO
from typing import BinaryIO

from jinja2.ext import babel_extract

Message = tuple[str, str]
"""A sentence and, for the translator, where it stands."""

SHOWN: dict[str, tuple[str, ...]] = {
	"DocType": ("name", "description"),
	"Report": ("report_name",),
	"Workspace": ("label", "title"),
	"Number Card": ("label",),
	"Dashboard Chart": ("chart_name",),
	"Dashboard Chart Source": ("source_name",),
	"Module Onboarding": ("title", "subtitle", "success_message"),
	"Onboarding Step": ("title", "description", "action_label", "report_description", "callback_message"),
	"Print Format": ("name",),
	"Desktop Icon": ("label",),
	"Workspace Sidebar": ("title",),
}
"""Properties that are shown, by the DocType of the file."""
SHOWN_OF_ROWS: dict[str, tuple[str, ...]] = {
	"fields": ("label", "description"),
	"links": ("label", "group", "description"),
	"shortcuts": ("label", "format"),
	"charts": ("label",),
	"number_cards": ("label",),
	"quick_lists": ("label",),
	"columns": ("label",),
	"filters": ("label",),
	"items": ("label",),
	"permissions": ("role",),
	"roles": ("role",),
}
"""Properties of their rows, by the table."""


def extract(
	fileobj: BinaryIO, keywords: object, comment_tags: object, options: object
) -> Iterator[tuple[int, str, str, list[str]]]:
	"""For Babel: the messages of a JSON file, as (line, function, message, comments).

	Without contexts, as a message with a context would have to be translated once for each; Frappe falls back to the
	message without one.
	"""
	for message, comment in messages(json.load(fileobj)):
		yield 0, "_", message, [comment]


def messages(content: object) -> Iterator[Message]:
	"""What people read of the content of one file."""
	if not isinstance(content, dict) or content.get("doctype") not in SHOWN:
		return
	where = f"{content['doctype']} {content.get('name', '')}".strip()
	for text, comment in _all(content, where):
		if is_text(text):
			yield text, comment


def is_text(text: object) -> bool:
	"""Whether something is said in words."""
	return isinstance(text, str) and bool(re.search("[A-Za-z]", text))


def _all(content: dict, where: str) -> Iterator[Message]:
	for key in SHOWN[content["doctype"]]:
		yield content.get(key), f"{key} of {where}"
	for table, keys in SHOWN_OF_ROWS.items():
		for row in content.get(table) or ():
			for key in keys:
				yield row.get(key), f"{key} in {table} of {where}"
	for field in content.get("fields") or ():
		yield from _of_options(field, where)
	for block in json.loads(content.get("content") or "[]"):
		yield block["data"].get("text"), f"heading of {where}"  # with its tags, as the desk looks it up
	if html := content.get("html"):
		for _line, _function, text, _comments in babel_extract(BytesIO(html.encode()), ["_"], (), {}):
			yield text[0] if isinstance(text, tuple) else text, f"text of {where}"


def _of_options(field: dict, where: str) -> Iterator[Message]:
	if field.get("fieldtype") == "Select":
		for option in (field.get("options") or "").split("\n"):
			yield option, f"option of {field.get('label')} of {where}"
	elif field.get("fieldtype") == "HTML":
		yield field.get("options"), f"content of {field['fieldname']} of {where}"
