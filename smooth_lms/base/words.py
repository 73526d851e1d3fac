"""Words: Frappe's `_` for what a page says again and again, and the plural forms of sentences."""

from functools import lru_cache

from babel import Locale, UnknownLocaleError

import frappe

FURTHER = ("zero", "two", "few", "many", "other")
"""The plural forms of Unicode's CLDR besides `one`, in their order there."""


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


def plural(number: float, one: str, many: str) -> str:
	"""The sentence for a number; fill its values in with `.format()` outside.

	Frappe's translations know no plural forms. A language that has more than English has them in the translation of
	`many`, divided by ` | `, in the order zero, two, few, many, other as far as it has them: Polish writes three.

	Args:
		number: What is counted.
		one: The translated sentence for one.
		many: The translated sentence for more than one.
	"""
	form = _locale(frappe.local.lang or "en").plural_form(number)
	if form == "one":
		return one
	forms = many.split(" | ")
	return forms[min(_further(frappe.local.lang or "en").index(form), len(forms) - 1)]


@lru_cache(maxsize=100)
def _locale(language: str) -> Locale:
	try:
		return Locale.parse(language.replace("-", "_"))
	except (UnknownLocaleError, ValueError):
		return Locale("en")


@lru_cache(maxsize=100)
def _further(language: str) -> list[str]:
	has = {*_locale(language).plural_form.tags, "other"}
	return [form for form in FURTHER if form in has]
