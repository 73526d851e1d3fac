"""Free text on its way into the database: what a save of the document would have stored, and nothing that runs.

Writes past `Document.save` (in bulk, single columns) skip Frappe's cleaning, and the desk draws what is stored as
HTML. So every such write comes through here, by way of `smooth_lms.base.rows`. Two things that Frappe's cleaning lets
through are closed here, for those writes and for saves of our own DocTypes alike: a text that happens to be JSON, and a
tag that is never closed, which the page around it closes.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from bs4 import BeautifulSoup
from PIL import Image

import frappe
from frappe import _
from frappe.model.base_document import get_controller
from frappe.model.document import Document
from frappe.utils import cint, escape_html
from frappe.utils.html_utils import is_json, sanitize_html

from smooth_lms.base.ours import is_ours

UNTOUCHED = frozenset({"Attach", "Attach Image", "Barcode", "Code", "JSON", "Password"})
"""Types of fields whose texts a save leaves alone; the desk does not draw them as HTML."""
TAKES_MARKS = frozenset({"Data", "Small Text", "Text"})
"""Types whose option Email lets `Name <address>` stand."""
BYTES_OF_TEXT = 65_535
"""What a column of the type `text` holds."""
EDITOR = "Text Editor"
PASTED = re.compile(r"""<img[^>]*src\s*=\s*["']data:""", re.IGNORECASE)
BEGINS_A_TAG = re.compile(r"<(?=[A-Za-z/])")


def cleaned(doctype: str, values: Mapping[str, Any]) -> dict[str, Any]:
	"""The values of one document, by field, as a save would have stored them.

	Raises CharacterLengthExceededError for a text that does not fit, as a save does.
	"""
	return {
		field: column(doctype, field, (value,))[0] if isinstance(value, str) else value
		for field, value in values.items()
	}


def column(doctype: str, field: str, values: Sequence[Any]) -> Sequence[Any]:
	"""The values of one field of many documents, as a save would have stored them.

	Raises CharacterLengthExceededError for a text that does not fit, as a save does.
	"""
	texts: Sequence[str] = values
	try:
		joined = "".join(texts)  # one look at all of them, as nearly all are harmless
	except TypeError:
		texts = [value for value in values if isinstance(value, str)]
		joined = "".join(texts)
	df = frappe.get_meta(doctype).get_field(field) if joined else None
	if not df:  # nothing but numbers, or a standard column, which our code fills
		return values
	if strictly := strict_cleaners(doctype).get(field):
		new = {text: strictly(_with_whole_characters(text)) for text in set(texts)}
		return [new.get(value, value) for value in values]
	suspicious = "<" in joined or ">" in joined or not (joined.isascii() or _is_encodable(joined))
	if not suspicious and max(map(len, texts)) <= (_longest(df) or BYTES_OF_TEXT // 4):
		return values
	new = {text: _as_saved(df, text) for text in set(texts)}
	return [new.get(value, value) for value in values]


def before_validate(doc: Document, _method: str | None = None) -> None:
	"""Document event of every DocType: close in ours what Frappe's own cleaning lets through."""
	if not is_ours(doc.doctype):
		return
	for part in (doc, *doc.get_all_children()):
		_take_out_pictures(part)
		strictly = strict_cleaners(part.doctype)
		for df in part.meta.fields:
			text = part.get(df.fieldname)
			if (
				df.fieldname in strictly
				or not isinstance(text, str)
				or not ("<" in text or ">" in text)
				or is_untouched(df)
			):
				continue
			if df.fieldtype != "Text Editor":
				part.set(df.fieldname, _fitting(df, text))
			elif _is_let_through(text):  # else Frappe cleans it once it has taken pasted pictures out of it
				part.set(df.fieldname, _without_tags(text))


def _take_out_pictures(part: Document) -> None:
	"""Make files of the pictures that were pasted into an editor, as Frappe does it later in a save.

	What cleans texts before that would take them for addresses that lead out, and drop them.
	"""
	if any(
		PASTED.search(str(part.get(df.fieldname))) for df in part.meta.get("fields", {"fieldtype": EDITOR})
	):
		try:
			part._extract_images_from_text_editor()
		except (
			OSError,
			SyntaxError,
			Image.DecompressionBombError,
		):  # what cannot be identified is an OSError, too
			_refuse(_("A picture in this text cannot be read: take it out, and add it as a file."))


def is_untouched(df: Any) -> bool:
	"""Whether a save leaves texts of this field as they are."""
	return bool(
		df.fieldtype in UNTOUCHED
		or df.get("ignore_xss_filter")
		or (df.fieldtype in TAKES_MARKS and df.get("options") == "Email")
	)


def strict_cleaners(doctype: str) -> Mapping[str, Callable[[str | None], str]]:
	"""The fields of a DocType of ours that it cleans itself, more strictly."""
	return getattr(get_controller(doctype), "cleaned_by", {})


def _as_saved(df: Any, text: str) -> str:
	text = _with_whole_characters(text)
	longest = _longest(df)
	if longest and len(text) > longest:
		_refuse(_("{0} is too long: use at most {1} characters.").format(_(df.label), longest))
	if ("<" in text or ">" in text) and not is_untouched(df):
		text = _fitting(df, text)
	if not longest and _column_type(df) == "text" and len(text.encode()) > BYTES_OF_TEXT:
		_refuse(_("{0} is too long: shorten it.").format(_(df.label)))
	return text


def _fitting(df: Any, text: str) -> str:
	"""The text without what runs; where that has made it too long for its column, without any brackets."""
	safe, longest = _sanitized(text, df.fieldtype == "Text Editor"), _longest(df)
	return re.sub("[<>]", "", text) if longest and len(safe) > longest >= len(text) else safe


@lru_cache(maxsize=128)
def _sanitized(text: str, linkify: bool) -> str:
	try:
		if _is_let_through(text):
			return _without_tags(text)
		return _with_summaries(text, sanitize_html(text, linkify=linkify))
	except RecursionError:  # nested more deeply than anybody writes
		return escape_html(text)


def _with_summaries(text: str, safe: str) -> str:
	"""What was cleaned, with the titles of accordions, of which versions of Frappe 15 before 2024 make text."""
	if "<summary>" not in text or "<summary>" in safe:
		return safe
	return safe.replace("&lt;summary&gt;", "<summary>").replace("&lt;/summary&gt;", "</summary>")


def _with_whole_characters(text: str) -> str:
	"""The text without half characters, which JSON can carry and no database takes."""
	if _is_encodable(text):
		return text
	return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _is_let_through(text: str) -> bool:
	"""Whether Frappe's cleaning returns the text as it is: JSON, and what its parser finds no whole tag in."""
	return is_json(text) or not BeautifulSoup(text, "html.parser").find()


def _without_tags(text: str) -> str:
	return BEGINS_A_TAG.sub("&lt;", text)


def _is_encodable(text: str) -> bool:
	try:
		text.encode()
	except UnicodeEncodeError:
		return False
	return True


def _column_type(df: Any) -> str:
	return frappe.db.type_map.get(df.fieldtype, ("", ""))[0]


def _longest(df: Any) -> int:
	"""How many characters the field's column takes; 0 where it counts bytes, or takes more than anybody sends."""
	if _column_type(df) != "varchar":
		return 0
	return cint(df.get("length")) or cint(frappe.db.type_map[df.fieldtype][1])


def _refuse(sentence: str) -> None:
	frappe.throw(sentence, frappe.CharacterLengthExceededError)
