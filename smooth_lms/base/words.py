"""Frappe's `_` for what a page says again and again: a list of cards says the same few words hundreds of times."""

import frappe


def remember() -> None:
	"""From here to the end of the request each sentence is looked up once. For pages, which change no translation."""
	frappe.local.smooth_lms_words = {}


def _(text: str) -> str:
	"""As Frappe's, in the language of the moment."""
	known = getattr(frappe.local, "smooth_lms_words", None)
	if known is None:
		return frappe._(text)
	key = (frappe.local.lang, text)
	if key not in known:
		known[key] = frappe._(text)
	return known[key]
